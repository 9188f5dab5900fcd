"""What a store must hold, and what it holds."""
import contextlib
import csv
import itertools
import json
import os
import shutil
import sqlite3
import tempfile

from verdict import Failed, expect

TEXTS = ["email", "phone", "external_id", "name", "description", "date_of_birth"]
FLAGS = ["notify_email", "notify_sms", "notify_voice"]
COLUMNS = ["labels", "forms", *FLAGS, *TEXTS]
# ImportRecord.State
FINISHED = 2


class Model:
    """The members after rows without faults: Design, "Update", in as few lines as that takes.

    stored: the same members, each as the tuple of its columns in the store.
    """

    def __init__(self):
        self.members = []
        self.stored = []
        self.holders = {}
        self.counts = dict.fromkeys(["created", "updated", "unchanged", "rejected"], 0)

    def copy(self):
        """Another model of the same members."""
        other = Model()
        other.members, other.stored = list(self.members), list(self.stored)
        other.holders, other.counts = dict(self.holders), dict(self.counts)
        return other

    def apply(self, row):
        """Applies one row, a dict of its cells, and counts its outcome: the member's place."""
        identifiers = {("email", row["email"].lower()), ("phone", row["phone"]),
                       ("external_id", row["external_id"])}
        keys = [key for key in identifiers if key[1]]
        found = {self.holders[key] for key in keys if key in self.holders}
        if len(found) > 1:
            self.counts["rejected"] += 1
            return None
        if not found:
            found = {len(self.members)}
            self.members.append({})
            self.stored.append(())
            outcome = "created"
        place = found.pop()
        before = self.members[place]
        after = dict(before, **cells_of(row))
        after["labels"] = before.get("labels", frozenset()) | after.get("labels", frozenset())
        if before:
            outcome = "unchanged" if after == before else "updated"
        for kind in ["email", "phone", "external_id"]:
            if kind in before and before[kind] != after[kind]:
                del self.holders[kind, before[kind].lower() if kind == "email" else before[kind]]
        for key in keys:
            self.holders[key] = place
        self.members[place] = after
        if outcome != "unchanged":
            self.stored[place] = columns_of(after)
        self.counts[outcome] += 1
        return place

    def apply_file(self, path, first=0, end=None, on_row=None):
        """Applies the rows of a CSV file, from one number up to another, counted from 0.

        on_row(place, columns): called after each, with the member that it hit.
        """
        for row in itertools.islice(read_rows(path), first, end):
            place = self.apply(row)
            if on_row:
                on_row(place, self.stored[place])
        return self


def read_rows(path):
    with open(path, newline="") as file:
        yield from csv.DictReader(file)


def cells_of(row):
    """The cells of a row that are not blank, as a member holds them."""
    cells = {name: row[name] for name in TEXTS if row.get(name)}
    cells |= {name: row[name] in ("1", "true") for name in FLAGS if row.get(name)}
    cells |= {name: text for name, text in row.items() if name.startswith("form.") and text}
    if row.get("labels"):
        cells["labels"] = frozenset(row["labels"].split(","))
    return cells


def columns_of(member):
    """A member's columns in the order of COLUMNS, as the store writes them."""
    forms = {}
    for name in sorted(name for name in member if name.startswith("form.")):
        _, form, field = name.split(".")
        forms.setdefault(form, {})[field] = member[name]
    written = json.dumps(forms, separators=(",", ":"), ensure_ascii=False) if forms else None
    flags = [None if name not in member else int(member[name]) for name in FLAGS]
    labels = ",".join(sorted(member["labels"])) or None
    return (labels, written, *flags, *[member.get(name) for name in TEXTS])


@contextlib.contextmanager
def copied(database):
    """A connection to a copy of a database with its log, or the journal of its first transaction:
    SQLite recovers it as a restart would. Failed if it says that the file is damaged.

    The store itself is not touched, so that the daemon still has to recover it. The daemon must not
    be running.
    """
    with tempfile.TemporaryDirectory(prefix="muster-copy-") as directory:
        copy = os.path.join(directory, "copy.db")
        shutil.copyfile(database, copy)
        for ending in ["-wal", "-journal"]:
            if os.path.exists(database + ending):
                shutil.copyfile(database + ending, copy + ending)
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            try:
                yield connection
            except sqlite3.DatabaseError as error:
                raise Failed(f"SQLite says of the store: {error}") from None


def has_tables(connection):
    """Whether a store has its tables yet: a daemon that is ended early may leave it without."""
    return bool(connection.execute(
        "SELECT count(*) FROM sqlite_schema WHERE name = 'import'").fetchone()[0])


def members_of(connection):
    """The members of a store, in the order of their numbers, each as the tuple of its columns."""
    return connection.execute(f"SELECT {', '.join(COLUMNS)} FROM member ORDER BY id").fetchall()


def check_model(connection, model):
    """Raises Failed unless a store holds exactly the model's members."""
    held = members_of(connection)
    if held == model.stored:
        return
    wrong = [number + 1 for number, (one, other) in enumerate(zip(held, model.stored))
             if one != other]
    raise Failed(f"the store has {len(held)} members, {len(model.stored)} are right; "
                 f"{len(wrong)} differ, the first is number {wrong[0] if wrong else '-'}")


def check_store(connection):
    """Raises Failed unless a store is whole and its ledger adds up, with no import undone."""
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    expect(found == ["ok"], f"integrity_check says {found}")
    orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    expect(not orphans, f"foreign_key_check says {orphans[:3]}")
    for row in connection.execute(
            "SELECT import_id, next_row, created, updated, unchanged, rejected FROM import"
            " WHERE next_row != created + updated + unchanged + rejected"):
        raise Failed(f"the ledger does not add up: {row}")
    created, held = connection.execute(
        "SELECT (SELECT total(created) FROM import), (SELECT count(*) FROM member)").fetchone()
    expect(created == held, f"the ledger says {created:.0f} created, and there are {held} members")


def position_of(connection, import_id):
    """How many rows of an import the store has decided, and whether it is finished.

    (0, False) if it does not know the import.
    """
    found = connection.execute(
        "SELECT next_row, state FROM import WHERE import_id = ?", [import_id]).fetchone()
    return (found[0], found[1] == FINISHED) if found else (0, False)
