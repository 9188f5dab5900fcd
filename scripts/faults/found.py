"""P23: a file that is not what was left is never served.

A workspace is left by SIGKILL with members in its log. Copies of it are put together from what may be
found later: its database, emptied, cut, missing, another program's, noise, an older one, a backup, or
something that no daemon makes; with its log, none, an emptied, an older or another store's; likewise
the log's index and the witness. One daemon opens them. Each export must be the right data, or refused
with a sentence; a check agrees. Then each sentence is followed to the letter: the data that it leads to
is the right one.
"""
import itertools
import os
import re
import shutil
import signal
import socket
import sqlite3
import stat

from common import expect, main

ROWS = 150
BATCH = 200
ENDINGS = {"log": "-wal", "index": "-shm", "witness": "-witness"}
DATABASES = ["own", "empty", "missing", "cut", "foreign", "noise", "older", "closed", "backup", "fifo",
             "directory", "link", "socket", "device"]
STRANGE = {"fifo", "directory", "link", "socket", "device"}
LOGS = ["own", "none", "older", "other", "empty"]
INDEXES = ["own", "none", "older"]
WITNESSES = ["own", "none", "older", "other"]
# What must be served, whatever else is: database, log, witness, and the data.
SERVED = {("own", "own", "own"): "own", ("older", "older", "older"): "older",
          ("closed", "none", "none"): "closed", ("closed", "empty", "none"): "closed",
          ("backup", "none", "none"): "backup", ("backup", "empty", "none"): "backup"}
SAMPLE_SHORT = 36
REMOVE = re.compile(r"remove (/\S+?)(?:, (/\S+?))?(?:, (/\S+?))?(?: and (/\S+?))?[,.]? ")


class Leftovers:
    """The files that are found, by where they come from, and what an export of each was."""

    def __init__(self, run):
        self.run = run
        self.directory = run.path("kept")
        os.mkdir(self.directory)
        self.exports = {}
        self.daemon = run.daemon("original")
        self.begin(0)
        self.daemon.stop()
        self.keep("closed")
        self.begin(1)
        self.keep_killed("older")
        self.begin(2)
        self.backup = run.path("backup.db")
        self.daemon.muster("backup", "--to", self.backup)
        self.exports["backup"] = exported(self.daemon, "default").stdout
        self.fill(3)
        self.keep_killed("own")
        other = run.daemon("another")
        self.daemon, first = other, self.daemon
        self.begin(4)
        self.keep_killed("other")
        self.daemon = first

    def begin(self, number):
        self.daemon.start()
        self.daemon.fill_catalogue()
        self.fill(number)

    def fill(self, number):
        self.daemon.import_file(self.run.members(ROWS, start=number * ROWS))
        self.last = exported(self.daemon, "default").stdout

    def keep_killed(self, name):
        self.daemon.stop(signal.SIGKILL)
        self.keep(name)

    def keep(self, name):
        self.exports[name] = self.last
        for ending in ["", *ENDINGS.values()]:
            if os.path.exists(self.daemon.database() + ending):
                shutil.copyfile(self.daemon.database() + ending, self.kept(name, ending))

    def kept(self, name, ending=""):
        return os.path.join(self.directory, name + ending)

    def put(self, path, database, log, index, witness):
        """Puts the files of a workspace together."""
        self.put_database(path, database)
        for kind, source in zip(ENDINGS, [log, index, witness]):
            target = path + ENDINGS[kind]
            if source == "empty":
                open(target, "wb").close()
            elif source != "none":
                shutil.copyfile(self.kept(source, ENDINGS[kind]), target)

    def put_database(self, path, what):
        if what in ("own", "older", "closed"):
            shutil.copyfile(self.kept(what), path)
        elif what == "backup":
            shutil.copyfile(self.backup, path)
        elif what == "empty":
            open(path, "wb").close()
        elif what == "cut":
            shutil.copyfile(self.kept("own"), path)
            os.truncate(path, os.path.getsize(path) // 2 // 16384 * 16384)
        elif what == "foreign":
            with sqlite3.connect(path) as connection:
                connection.execute("CREATE TABLE notes(text)")
            connection.close()
        elif what == "noise":
            with open(path, "wb") as file:
                file.write(self.run.random.randbytes(os.path.getsize(self.kept("own"))))
        elif what == "fifo":
            os.mkfifo(path)
        elif what == "directory":
            os.mkdir(path)
        elif what == "link":
            os.symlink(self.kept("own"), path)
        elif what == "socket":
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(os.path.relpath(path))
        elif what == "device":
            try:
                os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))
            except PermissionError:
                os.mkfifo(path)


def exported(daemon, workspace):
    return daemon.muster("export", workspace=workspace, codes=(0, 1))


def cases(run):
    every = [case for case in itertools.product(DATABASES, LOGS, INDEXES, WITNESSES)
             if case[0] not in STRANGE or case[1:] == ("own", "own", "own")
             or case[1:] == ("none", "none", "none")]
    if not run.short:
        return every
    certain = [(database, log, "none", witness) for database, log, witness in SERVED]
    certain += [("empty", "own", "own", "own"), ("missing", "own", "own", "own"),
                ("missing", "none", "none", "own"), ("empty", "none", "none", "none"),
                ("backup", "own", "own", "own"), ("closed", "own", "none", "none"),
                ("closed", "none", "none", "own"), ("own", "none", "none", "none"),
                ("own", "older", "none", "none"), ("own", "other", "own", "other")]
    return certain + run.random.sample(every, SAMPLE_SHORT - len(certain))


class Batch:
    """A daemon with some of the cases, and a workspace that nothing is wrong with."""

    def __init__(self, leftovers, number, chosen):
        self.leftovers = leftovers
        self.daemon = leftovers.run.daemon(f"batch-{number}")
        os.makedirs(os.path.dirname(self.daemon.database()), mode=0o700)
        os.chmod(self.daemon.data, 0o700)
        leftovers.put(self.daemon.database(), "own", "own", "own", "own")
        self.cases = {f"case-{place}": case for place, case in enumerate(chosen)}
        for name, case in self.cases.items():
            leftovers.put(self.daemon.database(name), *case)
        self.refusals = {}

    def run_all(self, told):
        self.daemon.start()
        expect(exported(self.daemon, "default").stdout == self.leftovers.exports["own"],
               "a copied workspace is not what it was")
        for name, case in self.cases.items():
            outcome = self.look(name, case)
            told[outcome] = told.get(outcome, 0) + 1
            expect(self.daemon.runs, f"the daemon has died of {case}")
        self.daemon.stop()
        for name in self.refusals:
            checked = self.daemon.muster("check", self.daemon.database(name), codes=(1, 2))
            expect(checked.returncode != 0, f"a check finds nothing in {self.cases[name]}")
        self.follow()
        shutil.rmtree(self.daemon.data)

    def look(self, name, case):
        database, log, index, witness = case
        ended = exported(self.daemon, name)
        if ended.returncode == 0:
            right = self.leftovers.exports.get(database)
            expect(ended.stdout == right, f"wrong data is served, and nothing says so: {case}")
            may_be = SERVED.get((database, log, witness)) or database in ("own", "older") and log == database
            expect(may_be, f"what was not left is served: {case}")
            return "served"
        expect((database, log, witness) not in SERVED, f"the right data is refused: {case}: {ended.stderr}")
        if case == ("missing", "none", "none", "none") or (
                case[0] == "missing" and log == "none" and witness == "none"):
            return "none"
        said = " ".join(ended.stderr.split())
        known = self.daemon.database(name) in said
        expect(known and (" backup" in said or "move it away" in said or database in STRANGE),
               f"the refusal of {case} does not say what to do: {said}")
        checked = self.daemon.muster("check", workspace=name, codes=(0, 1, 2))
        expect(checked.returncode != 0, f"a check finds nothing in what is refused: {case}")
        self.refusals[name] = said
        return "refused"

    def follow(self):
        """Does what each sentence says, with the daemon stopped, and starts it again."""
        expected = {}
        for name, said in self.refusals.items():
            case, path = self.cases[name], self.daemon.database(name)
            if case[0] in STRANGE:
                continue
            if "is a backup that was put in place" in said:
                self.remove(said.split("is a backup that was put in place")[1], case, said)
                # What was put in place while it was in use is no backup, and is refused still.
                expected[name] = case[0] if case[0] in ("closed", "backup") else None
            else:
                self.remove(said, case, said, may_be_none=True)
                shutil.copyfile(self.leftovers.backup, path)
                expected[name] = "backup"
        self.daemon.start()
        for name, data in expected.items():
            ended = exported(self.daemon, name)
            if data is None:
                expect(ended.returncode != 0, f"{self.cases[name]} is served")
                continue
            expect(ended.stdout == self.leftovers.exports[data],
                   f"{self.cases[name]}: following \"{self.refusals[name]}\" does not lead to the"
                   f" right data: {ended.stderr}")
        self.daemon.stop()

    def remove(self, text, case, said, may_be_none=False):
        found = REMOVE.search(text + " ")
        if not found:
            expect(may_be_none, f"{case}: what is to be removed? {said}")
            return
        for path in found.groups():
            if path:
                os.unlink(path)


def test(run):
    leftovers = Leftovers(run)
    chosen = cases(run)
    told = {}
    for number in range((len(chosen) + BATCH - 1) // BATCH):
        Batch(leftovers, number, chosen[number * BATCH:(number + 1) * BATCH]).run_all(told)
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(told.items()))
    return f"{len(chosen)} of what may be found: {outcomes}; 0 wrong, every sentence leads to the right data"


if __name__ == "__main__":
    main(__doc__, test, ["trusts-empty-file", "trusts-any-log"])
