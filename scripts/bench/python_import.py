"""The work of `muster import`, as a Python script that somebody writes for it: csv, re and sqlite3.

Row after row, since each must see the ones before it: checked, looked for by its identifiers, and then
inserted or updated. All in one transaction, durable, with the page cache of sqlite_import.sql. Where
Muster does more, the script is let off as that is: no progress, nothing to resume, faults only counted.

    python_import.py DATABASE FILE    imports: prints created|updated|unchanged|rejected
    python_import.py DATABASE         prints all members, as CSV
"""
import csv
import datetime
import re
import sqlite3
import sys

SCHEMA = """
CREATE TABLE IF NOT EXISTS label(slug TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS member(
  id INTEGER PRIMARY KEY, import_id INTEGER NOT NULL, role_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  email TEXT, phone TEXT, external_id TEXT, name TEXT, description TEXT, date_of_birth TEXT,
  labels TEXT, notify_email INTEGER, notify_sms INTEGER, notify_voice INTEGER, color TEXT, size TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS member_email ON member(lower(email)) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS member_phone ON member(phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS member_external_id ON member(external_id)
  WHERE external_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS import(
  id INTEGER PRIMARY KEY, created INTEGER, updated INTEGER, unchanged INTEGER, rejected INTEGER);
"""
LABELS = (
    "alumni board donor east event-1 event-2 lapsed newsletter north partner premium press south"
    " sponsor staff student trial vip volunteer west"
).split()
COLUMNS = (
    "email phone external_id name description date_of_birth labels notify_email notify_sms notify_voice"
    " color size"
).split()
FLAGS = {"true": 1, "1": 1, "false": 0, "0": 0}
COLORS = {"black", "blue", "green", "red", "white"}
EMAIL = re.compile(r"[!-\-/-?A-~]+(\.[!-\-/-?A-~]+)*@[!-,/-?A-~][!-\-/-?A-~]*(\.[!-\-/-?A-~]+)+")
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIND = f"SELECT id, {', '.join(COLUMNS)} FROM member WHERE "
FINDS = [("email", FIND + "lower(email) = lower(?) AND email IS NOT NULL"),
         ("phone", FIND + "phone = ?"), ("external_id", FIND + "external_id = ?")]
INSERT = (f"INSERT INTO member(import_id, role_id, created_at, updated_at, {', '.join(COLUMNS)})"
          f" VALUES (?, 2, unixepoch(), unixepoch(){', ?' * len(COLUMNS)})")


def is_date(text, today):
    try:
        return bool(DATE.fullmatch(text)) and datetime.date.fromisoformat(text) <= today
    except ValueError:
        return False


def read_values(row, labels, today):
    """A row's values that are not blank; None if one of them breaks a rule."""
    values = {}
    for column, text in row.items():
        if not text:
            continue
        if column.startswith("form.survey."):
            column = column[len("form.survey."):]
        if column == "email":
            right = len(text) <= 254 and EMAIL.fullmatch(text)
        elif column == "phone":
            right = PHONE.fullmatch(text)
        elif column == "date_of_birth":
            right = is_date(text, today)
        elif column == "labels":
            slugs = text.split(",")
            right = labels.issuperset(slugs)
            text = ",".join(sorted(slugs))
        elif column.startswith("notify_"):
            text = FLAGS.get(text.lower())
            right = text is not None
        elif column == "color":
            right = text in COLORS
        elif column == "size":
            right = NUMBER.fullmatch(text)
        else:
            right = True
        if not right:
            return None
        values[column] = text
    return values


class Importer:
    def __init__(self, store):
        self.store = store
        self.counts = dict.fromkeys(["created", "updated", "unchanged", "rejected"], 0)
        self.labels = {slug for slug, in store.execute("SELECT slug FROM label")}
        self.today = datetime.datetime.now(datetime.timezone.utc).date()
        self.number = store.execute("INSERT INTO import DEFAULT VALUES").lastrowid

    def apply(self, row):
        """Applies one row: its outcome."""
        values = read_values(row, self.labels, self.today)
        if values is None:
            return "rejected"
        found = {}
        identified = False
        for column, statement in FINDS:
            if column in values:
                identified = True
                for member in self.store.execute(statement, (values[column],)):
                    found[member[0]] = member
        if not identified or len(found) > 1:
            return "rejected"
        if not found:
            self.store.execute(INSERT, (self.number, *map(values.get, COLUMNS)))
            return "created"
        return self.update(*found.values(), values)

    def update(self, member, values):
        held = dict(zip(COLUMNS, member[1:]))
        if held["email"] and values.get("email", "").lower() == held["email"].lower():
            del values["email"]
        if "labels" in values and held["labels"]:
            slugs = {*values["labels"].split(","), *held["labels"].split(",")}
            values["labels"] = ",".join(sorted(slugs))
        changes = {column: value for column, value in values.items() if value != held[column]}
        if not changes:
            return "unchanged"
        # Only the columns that change, so that no index is written for nothing.
        names = ", ".join(f"{column} = ?" for column in changes)
        self.store.execute(
            f"UPDATE member SET {names}, import_id = ?, updated_at = unixepoch() WHERE id = ?",
            (*changes.values(), self.number, member[0]))
        return "updated"

    def apply_all(self, rows):
        for row in rows:
            self.counts[self.apply(row)] += 1
        self.store.execute(
            "UPDATE import SET created = ?, updated = ?, unchanged = ?, rejected = ? WHERE id = ?",
            (*self.counts.values(), self.number))


def import_file(store, path):
    for setting in ("page_size = 16384", "journal_mode = WAL", "synchronous = FULL",
                    "cache_size = -262144"):
        store.execute(f"PRAGMA {setting}")
    store.executescript(SCHEMA)
    store.execute("BEGIN IMMEDIATE")
    store.executemany("INSERT OR IGNORE INTO label VALUES (?)", [(slug,) for slug in LABELS])
    importer = Importer(store)
    with open(path, newline="") as file:
        importer.apply_all(csv.DictReader(file))
    store.execute("COMMIT")
    print("|".join(map(str, importer.counts.values())))


def print_members(store):
    flags = [f"CASE {name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
             if name.startswith("notify_") else name for name in COLUMNS]
    csv.writer(sys.stdout, lineterminator="\n").writerows(
        store.execute(f"SELECT {', '.join(flags)} FROM member"))


database = sqlite3.connect(sys.argv[1], isolation_level=None)
if len(sys.argv) == 2:
    print_members(database)
else:
    import_file(database, sys.argv[2])
database.close()
