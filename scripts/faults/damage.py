"""P14: damage is found, not spread: DATA_LOSS or right data, no crash, and other workspaces serve.

A store is stopped by SIGKILL with members in its file and more in its log. Copies of it are damaged:
bits flipped, files cut, zeroed in part or taken away. One daemon opens a batch of them beside a sound
one, exports each and imports into it. An export must fail or be the store as it stood after one of its
commits, the last one.
"""
import os
import shutil
import signal

from common import expect, main

DAMAGES_SHORT, DAMAGES_LONG = 60, 1_000
# Damaged workspaces that one daemon opens.
BATCH = 50
# Members in the file, and the imports of changed and new ones that are in the log.
ROWS_IN_FILE = 3_000
IMPORTS_IN_LOG, ROWS_OF_AN_IMPORT = 4, 300
SUFFIXES = ["", "-wal", "-shm", "-witness"]
# What a new import into a damaged workspace brings.
ROWS_AFTER = 20


class Original:
    """The store that the others are copies of, and what an export of it was after each commit."""

    def __init__(self, run):
        daemon = run.daemon("original")
        daemon.start()
        daemon.fill_catalogue()
        daemon.import_file(run.members(ROWS_IN_FILE))
        self.states = [exported(daemon, "default")]
        daemon.stop()
        daemon.start()
        for number in range(IMPORTS_IN_LOG):
            first = ROWS_IN_FILE - ROWS_OF_AN_IMPORT + number * ROWS_OF_AN_IMPORT // 2
            daemon.import_file(
                run.members(ROWS_OF_AN_IMPORT, start=first, changed=True, seed=number + 1))
            self.states.append(exported(daemon, "default"))
        daemon.stop(signal.SIGKILL)
        self.file = daemon.database()
        expect(len(set(self.states)) == 1 + IMPORTS_IN_LOG, "the imports in the log change nothing")

    def copy(self, path):
        for suffix in SUFFIXES:
            shutil.copyfile(self.file + suffix, path + suffix)


def exported(daemon, workspace):
    """An export of a workspace; None if it is refused."""
    ended = daemon.muster("export", workspace=workspace, codes=(0, 1))
    return ended.stdout if ended.returncode == 0 else None


def damage_certainly(run, batch):
    """One bit of a member in a file, and a log that is gone: the worst for who does not look."""
    with open(run.members(ROWS_IN_FILE)) as rows:
        email = list(rows)[1].split(",")[0].encode()
    file = batch.daemon.database(batch.add("aimed-flip", "file", "aimed flip"))
    with open(file, "r+b") as opened:
        content = opened.read()
        expect(email in content, "the first member is not in the file")
        opened.seek(0)
        opened.write(content.replace(email, bytes([email[0] ^ 1]) + email[1:]))
    os.unlink(batch.daemon.database(batch.add("aimed-loss", "-wal", "loss")) + "-wal")


def damage(random, path):
    """Damages the files of a workspace, and says which of them and how."""
    suffix = random.choice(["", "", "", "-wal", "-wal", "-shm", "-witness"])
    kind = random.choice(["flip", "flip", "flip", "flips", "cut", "zeroes", "gone"])
    if suffix == "" and kind == "gone":
        kind = "flip"
    file = path + suffix
    size = os.path.getsize(file)
    if kind == "gone":
        os.unlink(file)
    elif kind == "cut":
        os.truncate(file, random.randrange(size))
    else:
        with open(file, "r+b") as opened:
            for _ in range({"flip": 1, "flips": 20, "zeroes": 1}[kind]):
                place = random.randrange(size)
                opened.seek(place)
                old = opened.read(4096 if kind == "zeroes" else 1)
                opened.seek(place)
                opened.write(bytes(len(old)) if kind == "zeroes"
                             else bytes([old[0] ^ 1 << random.randrange(8)]))
    return suffix or "file", kind


class Batch:
    """A daemon with some damaged workspaces and a sound one."""

    def __init__(self, run, original, number, count):
        self.run = run
        self.original = original
        self.daemon = run.daemon(f"batch-{number}")
        os.makedirs(os.path.dirname(self.daemon.database()))
        original.copy(self.daemon.database("default"))
        self.damaged = {}
        if number == 0:
            damage_certainly(run, self)
        for place in range(count):
            name = self.add(f"damaged-{place}")
            self.damaged[name] = damage(run.random, self.daemon.database(name))

    def add(self, name, *what):
        """A copy to be damaged."""
        self.original.copy(self.daemon.database(name))
        self.damaged[name] = what
        return name

    def run_all(self, told):
        self.daemon.start()
        for name, what in self.damaged.items():
            outcome = self.look(name, *what)
            told[outcome] = told.get(outcome, 0) + 1
        expect(exported(self.daemon, "default") == self.original.states[-1],
               "the sound workspace is not what it was")
        self.write("default", codes=(0,))
        self.daemon.stop()
        shutil.rmtree(self.daemon.data)

    def look(self, name, file, kind):
        """What became of a damaged workspace: right, or refused."""
        where = f"{kind} of {file} in {name}"
        found = exported(self.daemon, name)
        expect(self.daemon.runs, f"the daemon has died of {where}")
        if found is None:
            outcome = "refused"
        elif found == self.original.states[-1]:
            outcome = "right"
        else:
            expect(found in self.original.states, f"an export is wrong, and nothing says so: {where}")
            expect(False, f"acknowledged rows are gone, and nothing says so: {where}")
        checked = self.daemon.muster("check", workspace=name, codes=(0, 1, 2))
        expect(found is not None or checked.returncode != 0,
               f"a check finds nothing in what cannot be exported: {where}")
        self.write(name, codes=(0, 1))
        expect(self.daemon.runs, f"the daemon has died of an import after {where}")
        return outcome

    def write(self, name, codes):
        """Imports a few rows: into a damaged workspace that may be refused."""
        path = self.run.members(ROWS_AFTER, start=1_000_000)
        self.daemon.import_file(path, workspace=name, codes=codes)


def test(run):
    original = Original(run)
    damages = DAMAGES_SHORT if run.short else DAMAGES_LONG
    told = {}
    for number in range((damages + BATCH - 1) // BATCH):
        Batch(run, original, number, min(BATCH, damages - number * BATCH)).run_all(told)
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(told.items()))
    return f"{sum(told.values())} damaged stores: {outcomes}; 0 crashes, sound workspaces unharmed"


if __name__ == "__main__":
    main(__doc__, test, ["ignores-checksums", "trusts-any-log"])
