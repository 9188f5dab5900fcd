"""Previews: how long they take after the last row, and that they foretell what the import does."""
import csv
import hashlib
import json
import os
import sqlite3
import statistics
import subprocess
import threading
import time

from engines import run, stop
from mix import HEADER, IDENTIFIERS, Mix

# Rows of a chunk: what the command sends.
CHUNK_ROWS = 2_000
NOT_COMPARED = ["import_id", "committed", "preview", "rejects_file"]
# Imports of one row that are timed while nothing else runs.
QUIET_PROBES = 20


def events(muster, *words):
    """The events that a command tells in NDJSON; rejected rows are no failure."""
    command = [muster.muster, "--socket", muster.socket, *words]
    process = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if process.returncode not in (0, 2):
        stop(f"muster {words[0]} ended with code {process.returncode}")
    return [json.loads(line) for line in process.stdout.splitlines()]


def told(found, kind):
    return [event for event in found if event["type"] == kind]


def expect_counts(summary, counts, what):
    """Stops unless a summary has the counts of a mix."""
    wrong = {key: summary[key] for key, count in counts.items() if summary[key] != count}
    if wrong:
        stop(f"{what} told {wrong}, not {({key: counts[key] for key in wrong})}")


class Calls:
    """Imports driven message by message over grpcio; answers come as bytes, and are read later."""

    def __init__(self, channel, messages):
        self.messages = messages
        self.method = channel.stream_stream("/muster.v1.ImportService/ImportMembers")

    def import_rows(self, rows, preview=False):
        """Seconds from just before the last chunk is handed to grpcio until status OK, seconds from
        the first chunk, and the answers."""
        wire = self.messages.wire
        options = wire.ImportOptions(
            mode=wire.IMPORT_MODE_PREVIEW if preview else wire.IMPORT_MODE_APPLY)
        begin = self.messages.begin(columns=HEADER, options=options)
        chunks = [
            self.messages.chunk(first, rows[first:first + CHUNK_ROWS]).SerializeToString()
            for first in range(0, len(rows), CHUNK_ROWS)]
        accepted = threading.Event()
        sent = []

        def requests():
            yield begin.SerializeToString()
            accepted.wait()
            for chunk in chunks:
                sent.append(time.perf_counter())
                yield chunk
            yield self.messages.finish(len(rows)).SerializeToString()

        answers = []
        for answer in self.method(requests()):
            accepted.set()
            answers.append(answer)
        end = time.perf_counter()
        return end - sent[-1], end - sent[0], answers

    def read(self, answers):
        """Changes, faults and summary of a preview."""
        changes, faults = [], []
        for answer in map(self.messages.wire.ImportMembersResponse.FromString, answers):
            changes += answer.changes.changes
            faults += answer.faults.faults
        return changes, faults, answer.summary


def digest_of_store(path):
    """A digest of every table, read by SQLite itself."""
    digest = hashlib.sha256()
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    tables = store.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    for name, sql in tables.fetchall():
        digest.update(f"{name} {sql}".encode())
        for row in store.execute(f"SELECT * FROM {name}"):
            digest.update(repr(row).encode())
    store.close()
    return digest.hexdigest()


class Seen:
    """What readers see of a workspace: all members in a file, the imports, and the database."""

    def __init__(self, muster, name):
        self.export = os.path.join(muster.directory, name)
        muster.command("export", "--with", "id", "--to", self.export)
        with open(self.export, "rb") as file:
            self.digest = hashlib.file_digest(file, "sha256").hexdigest()
        *_, self.imports = muster.command("imports", "list")
        *_, listed = muster.command("label", "list", "--counts")
        self.labels = listed
        self.store = digest_of_store(
            os.path.join(muster.directory, "data", "workspaces", "default.db"))

    def expect_same(self, other):
        for what in ("digest", "imports", "labels", "store"):
            if getattr(self, what) != getattr(other, what):
                stop(f"a preview has changed what a reader sees: {what}")


def applied(cells, change):
    """The cells of a member after a change, whose old values it must have."""
    for field in change["fields"]:
        if (cells[field["column"]] or None) != field["old"]:
            stop(f"a change of row {change['row']} has another old value than the member")
        cells[field["column"]] = field["new"] or ""
    return cells


def expect_foretold(before, after, changes, rows):
    """Stops unless the members of one export, after the changes, are those of the other."""
    updates, made, found = {}, [], {}
    with open(before) as old, open(after) as new:
        columns = next(csv.reader([old.readline()]))
        new.readline()
        for change in changes:
            if change["member"] is not None:
                updates.setdefault(str(change["member"]), []).append(change)
                continue
            row = rows[change["row"] - 1]
            keys = [(column, row[column]) for column in IDENTIFIERS if row[column]]
            if change["outcome"] == "created":
                made.append(dict.fromkeys(columns, ""))
                found.update(dict.fromkeys(keys, made[-1]))
            applied(next(found[key] for key in keys if key in found), change)
        last = "0"
        for line in old:
            last, now = line.split(",", 1)[0], new.readline()
            if last not in updates:
                if line != now:
                    stop(f"the import changed member {last}, and the preview did not foretell it")
                continue
            cells = dict(zip(columns, next(csv.reader([line]))))
            for change in updates.pop(last):
                applied(cells, change)
            if list(cells.values()) != next(csv.reader([now])):
                stop(f"member {last} is not what the preview foretold")
        for place, cells in enumerate(made):
            cells["_id"] = str(int(last) + 1 + place)
            if list(cells.values()) != next(csv.reader([new.readline()])):
                stop(f"new member {cells['_id']} is not what the preview foretold")
        if updates or new.readline():
            stop("the preview foretold other members than those that the import changed")


def seconds_of(calls, rows):
    """What an import takes, its begin included: that may have to wait, too."""
    begun = time.perf_counter()
    calls.import_rows(rows)
    return time.perf_counter() - begun


def turn(muster, calls, words):
    """The longest import of one row that changes nothing, while a command runs, less what such an
    import takes while nothing runs; seconds of the command, and the command's summary."""
    row = [calls.known_row]
    quiet = statistics.median(seconds_of(calls, row) for _ in range(QUIET_PROBES))
    longest = 0
    results = []
    thread = threading.Thread(target=lambda: results.append(run(
        [muster.muster, "--socket", muster.socket, *words])))
    thread.start()
    while thread.is_alive():
        longest = max(longest, seconds_of(calls, row))
    thread.join()
    if not results:
        stop(f"muster {words[0]} failed")
    seconds, _, _, output = results[0]
    return longest - quiet, seconds, json.loads(output.splitlines()[-1])


def measure_previews(muster, channel, messages, arguments, directory):
    """Previews of a mix, then its import: what each run took after its last row, and in all."""
    mix = Mix(
        arguments.preview_rows, arguments.members, arguments.members,
        ["new", "changed", "unchanged", "rejected"])
    path = mix.write(directory, "mix.csv")
    calls = Calls(channel, messages)
    before = Seen(muster, "before.csv")
    results, first = [], None
    for _ in range(arguments.previews):
        last_row, whole, answers = calls.import_rows(mix.rows, preview=True)
        results.append((last_row, whole))
        changes, faults, summary = calls.read(answers)
        first = first or (changes, faults)
        if (changes, faults) != first:
            stop("two previews of the same rows told different things")
        for key, count in mix.counts.items():
            if getattr(summary.counts, key) != count:
                stop(f"a preview told {summary.counts}, not {mix.counts}")
    preview = events(muster, "preview", "--output", "ndjson", path)
    expect_counts(told(preview, "summary")[0], mix.counts, "the preview")
    before.expect_same(Seen(muster, "after-previews.csv"))
    done = events(muster, "import", "--yes", "--output", "ndjson", path)
    compare(preview, done)
    after = os.path.join(directory, "after.csv")
    muster.command("export", "--with", "id", "--to", after)
    expect_foretold(before.export, after, told(preview, "change"), mix.rows)
    return mix, results


def compare(preview, done):
    """Stops unless an import told the faults and counts of its preview."""
    if told(preview, "fault") != told(done, "fault"):
        stop("the import has other faults than the preview foretold")
    foretold, summary = (
        {key: value for key, value in told(found, "summary")[0].items() if key not in NOT_COMPARED}
        for found in (preview, done))
    if foretold != summary:
        stop(f"the preview foretold {foretold}, and the import did {summary}")


def measure_turns(muster, channel, messages, arguments, directory):
    """For a preview and an all-or-nothing import of many rows: turn() of each."""
    first_new = arguments.members + arguments.preview_rows
    kinds = ["new", "changed", "unchanged"]
    mix = Mix(arguments.spooled_rows, arguments.members, first_new, kinds, seed=2)
    path = mix.write(directory, "spooled.csv")
    calls = Calls(channel, messages)
    calls.known_row = mix.new(0)
    calls.import_rows([calls.known_row])
    output = ["--output", "ndjson", path]
    preview = turn(muster, calls, ["preview", *output])
    done = turn(muster, calls, ["import", "--yes", "--all-or-nothing", *output])
    compare(*([result[2]] for result in (preview, done)))
    return preview, done
