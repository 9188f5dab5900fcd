"""For each command and option that a document names, what somebody types to use it."""

import dataclasses

FIRST = "0f0e0d0c-0b0a-4908-8706-050403020100"
OPEN = "1f0e0d0c-0b0a-4908-8706-050403020100"


@dataclasses.dataclass
class Use:
  """A command as it is typed, a part of what it then prints, its code, and what is answered."""

  typed: str
  printed: str
  code: int = 0
  answers: tuple = ()


# In the order in which they are typed, one after the other into the same store.
USES = {
  "muster health": [Use("muster health", "No private daemon runs", 1)],
  "muster workspace create NAME": [
    Use("muster workspace create club", "Workspace club is stored in")],
  "muster workspace list": [Use("muster workspace list", "club       /home/you")],
  "muster workspace rename NAME NEW": [
    Use("muster workspace rename club team", "club is called team now")],
  "muster workspace delete NAME": [
    Use("muster --workspace team signup email=a@example.org", "Member 1 created."),
    Use("muster workspace delete team", "Nothing was deleted.", 1, ("n",)),
    Use("muster workspace delete team", "deleted, with 1 member", 0, ("y",))],
  "muster workspace delete": [
    Use("muster workspace create empty", "Workspace empty"),
    Use("muster workspace delete empty --yes", "deleted, with 0 members")],
  "muster label create SLUG...": [Use("muster label create vip premium old", "old      created")],
  "muster label list": [Use("muster label list --counts", "old      0")],
  "muster label rename SLUG NEW": [
    Use("muster label rename old former", "old is called former now")],
  "muster label delete SLUG": [Use("muster label delete former", "former is deleted.")],
  "muster role create SLUG": [Use("muster role create coach", "coach has the id 3.")],
  "muster role list": [Use("muster role list --counts", "3   coach    0")],
  "muster role rename SLUG NEW": [Use("muster role rename coach trainer", "called trainer now")],
  "muster form create SLUG --field NAME:TYPE...": [
    Use("muster form create patient --field 'medical_id!:text' 'blood_type:choice=A+|O+'",
        "form.patient.medical_id, form.patient.blood_type"),
    Use("muster form create pet --field name:text", "form.pet.name")],
  "muster form list": [Use("muster form list", "pet      name:text")],
  "muster form add-field FORM NAME:TYPE...": [
    Use("muster form add-field pet kind:text 'legs!:number'", "form.pet.kind, form.pet.legs.")],
  "muster form change-field FORM NAME:TYPE": [
    Use("muster form change-field pet legs:number", "form.pet.legs."),
    Use("muster form list", "legs:number")],
  "muster form rename-field FORM FIELD NEW": [
    Use("muster form rename-field pet legs feet", "called form.pet.feet now")],
  "muster form delete-field FORM FIELD": [
    Use("muster form delete-field pet feet", "form.pet.name, form.pet.kind.")],
  "muster form rename SLUG NEW": [Use("muster form rename pet animal", "pet is called animal now")],
  "muster form delete SLUG": [Use("muster form delete animal", "animal is deleted.")],
  "muster preview FILE": [
    Use("printf 'email,name\\na@example.org,Anna\\nnobody,Bob\\n' > f.csv", ""),
    Use("muster preview f.csv", "reject     1", 2)],
  "muster import FILE --dry-run": [
    Use("muster import f.csv --dry-run", "reject     1", 2)],
  "muster import FILE": [
    Use("muster import f.csv", "Nothing was imported.", 1, ("n",)),
    Use(f"muster import f.csv --import-id {FIRST}", "created    1", 2, ("y",))],
  "muster import FILE --yes": [Use("muster import f.csv --yes", "unchanged  1", 2)],
  "muster import people.csv": [
    Use("cp f.csv people.csv", ""), Use("muster import people.csv", "unchanged  1", 2, ("y",))],
  "muster import": [
    Use("printf 'email\\nb@example.org\\n' | muster import - | cat", '"created":1')],
  "--role NAME": [
    Use("printf 'email\\nc@example.org\\n' > c.csv", ""),
    Use("muster import c.csv --yes --role trainer", "created    1"),
    Use("muster role delete trainer", "1 member", 1)],
  "--labels add": [
    Use("printf 'email,labels\\nc@example.org,vip\\n' > c.csv", ""),
    Use("muster import c.csv --yes --labels add", "updated    1")],
  "--labels replace": [
    Use("printf 'email,labels\\nc@example.org,premium\\n' > c.csv", ""),
    Use("muster import c.csv --yes --labels replace", "updated    1"),
    Use("muster member list --label premium", "c@example.org")],
  "--normalize": [
    Use("printf 'email,phone\\nc@example.org, +49 (30) 123-4567\\n' > c.csv", ""),
    Use("muster import c.csv --yes --normalize", "1 cell normalized.")],
  "--clear-token TEXT": [
    Use("printf 'email,phone\\nc@example.org,NONE\\n' > c.csv", ""),
    Use("muster import c.csv --yes --clear-token NONE", "updated    1"),
    Use("muster member get --phone +49301234567", "no member", 1)],
  "--strict-identity": [
    Use("muster signup email=d@example.org external_id=4", "created."),
    Use("printf 'email,external_id\\nd@example.org,5\\n' > d.csv", ""),
    Use("muster import d.csv --yes --strict-identity", "Identifier would change", 2)],
  "--reject-repeats": [
    Use("printf 'email,name\\nd@example.org,D\\nd@example.org,\\n' > d.csv", ""),
    Use("muster import d.csv --yes --reject-repeats", "Row is a repeat", 2)],
  "--ignore-unknown-columns": [
    Use("printf 'email,shoe\\nd@example.org,44\\n' > d.csv", ""),
    Use("muster import d.csv --yes", "--ignore-unknown-columns", 1),
    Use("muster import d.csv --yes --ignore-unknown-columns", "unchanged  1")],
  "--all-or-nothing": [
    Use("muster import f.csv --yes --all-or-nothing", "rejected   2, which is every row", 2)],
  "--max-faults N": [
    Use("printf 'email\\nx\\ny\\nz\\n' > x.csv", ""),
    Use("muster import x.csv --yes --max-faults 2", "stopped after 2 faults", 1),
    Use("cat x.csv | muster import - --max-faults 1", "durable. To see its faults: muster", 1)],
  "--rejects FILE": [
    Use("muster import f.csv --yes --rejects r.csv", "Rejected rows: r.csv", 2),
    Use("cut -c 1-30 r.csv", "_line,_error,email,name")],
  "--delimiter C": [
    Use("printf 'email;name\\na@example.org;Anne\\n' > s.csv", ""),
    Use("muster import s.csv --yes", "--delimiter", 1),
    Use("muster import s.csv --yes --delimiter ';'", "updated    1")],
  "--yes": [Use("muster import s.csv --yes --delimiter ';'", "unchanged  1")],
  "--dry-run": [Use("muster import s.csv --dry-run --delimiter ';'", "unchanged  1")],
  "--import-id UUID": [
    Use(f"printf 'email\\ne@example.org\\n\"f' | muster import - --import-id {OPEN}",
        f"again with the same input and options and --import-id {OPEN}.", 1),
    Use("muster imports list --state open", f"{OPEN}  open")],
  "--resume": [Use("muster import s.csv --yes --delimiter ';' --resume", "unchanged  1")],
  "--output text": [Use("muster label list --output text | head -n 1", "LABEL")],
  "--output ndjson": [Use("muster label list --output ndjson", '"slug":"vip"')],
  "muster imports list": [
    Use("muster imports list --limit 100", FIRST),
    Use("muster imports list --limit 1", "--limit 1 ended the list")],
  "muster imports show ID": [Use(f"muster imports show {FIRST}", FIRST)],
  "muster imports faults ID": [Use(f"muster imports faults {FIRST}", "Invalid email format")],
  "muster imports watch ID": [Use(f"muster imports watch {FIRST}", "finished", 2)],
  "muster imports cancel ID": [
    Use(f"muster imports cancel {OPEN}", "is cancelled, with 1 row durable."),
    Use(f"muster imports show {OPEN}", "cancelled")],
  "muster imports undo ID": [
    Use(f"muster imports undo {OPEN}", "Nothing was undone.", 1, ("n",)),
    Use(f"muster imports undo {OPEN}", "is undone: 1 member deleted", 0, ("y",)),
    Use(f"muster imports undo {FIRST} --yes", "Kept: member 1", 2)],
  "muster signup COLUMN=VALUE...": [
    Use("muster signup email=g@example.org name='G H' phone='+49 30 7654321' labels=vip "
        "--normalize --labels replace --clear-token NONE --strict-identity --role manager",
        "created.")],
  "muster member get": [
    Use("muster member get --email G@example.org", "G H"),
    Use("muster member get --phone +49307654321", "G H"),
    Use("muster member get --external-id 4", "d@example.org"),
    Use("muster member get --id 1000", "no member", 1)],
  "muster member list": [
    Use("muster member list --role manager --label vip --text example --limit 1",
        "--limit 1 ended the list; --limit 0 lists all")],
  "muster member delete": [
    Use("muster member delete --external-id 4", "deleted", 0, ("y",)),
    Use("muster member delete --email g@example.org --yes", "deleted")],
  "muster role delete SLUG": [
    Use("muster member delete --email c@example.org --yes", "deleted"),
    Use("muster role delete trainer", "trainer is deleted.")],
  "muster export": [Use("muster export", "a@example.org,,,Anne,")],
  "--to FILE": [
    Use("muster export --to all.csv", "Exported 2 members to all.csv."), Use("cat all.csv", "a@example.org,,,Anne,")],
  "--follow": [
    Use("ln -s all.csv link.csv", ""), Use("muster export --to link.csv", "--follow", 1),
    Use("muster export --to link.csv --follow", "Exported 2 members")],
  "--replace": [Use("muster export --to all.csv --replace", "Exported 2 members")],
  "--raw": [Use("muster export --raw", "a@example.org,,,Anne,")],
  "--label SLUG": [Use("muster export --role user --label vip --label premium", "email,phone,")],
  "--with id,role,created_at,updated_at": [
    Use("muster export --with id,role,created_at,updated_at",
        "_id,_role,_created_at,_updated_at,email")],
  "--spreadsheet-safe": [
    Use("muster signup email=h@example.org name='=1+1'", "created."),
    Use("muster export --spreadsheet-safe", "'=1+1")],
  "muster backup": [Use("muster backup --to backup.db --replace", "with 3 members into backup.db")],
  "muster check": [Use("muster check", "is sound: 3 members")],
  "muster check FILE": [Use("muster check backup.db", "backup.db is sound: 3 members")],
  "musterd --data": [
    Use("echo '{}' > c.json", ""), Use("export MUSTER_SOCKET=$PWD/s", ""),
    Use("musterd --data data 2> log &", ""), Use("muster health", "SERVING"),
    Use("kill %1 && wait", "")],
  "musterd --check-config FILE": [
    Use("musterd --check-config c.json", "c.json"), Use("echo '{' > bad.json", ""),
    Use("musterd --check-config bad.json", "bad.json", 1)],
  "musterd --config": [
    Use("musterd --exit-when-idle 600 --data data --config c.json 2> log &", ""),
    Use("muster health", "SERVING")],
}
