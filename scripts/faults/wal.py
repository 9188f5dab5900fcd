"""P15: the write-ahead log stays small, whoever reads meanwhile.

Imports of new rows, and of changes all over the store, run at full speed beside an export that is read
at a trickle, and beside exports that follow one another without a pause. The -wal file is looked at
all the time: it never exceeds 256 MiB. What comes out of imports and exports is right.
"""
import csv
import io
import os
import subprocess
import threading

from common import expect, main
from store import check_store, copied

# Half of the members, and imports of changes to all of them.
SIZES_SHORT, SIZES_LONG = (20_000, 1), (150_000, 3)
WAL_BYTES_MAX = 256 << 20
# An update all over the store touches every page in each group: long texts make more pages.
NOTE_BYTES = 1_500
SAMPLE_SECONDS = 0.002
TRICKLE_BYTES, TRICKLE_SECONDS = 4096, 0.05
READERS = 2
# Generous: the machine may be loaded.
BEGIN_SECONDS_MAX = 60


class Watch:
    """How large a file has been."""

    def __init__(self, path):
        self.path, self.most, self.samples = path, 0, 0
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self):
        while not self.is_over.wait(SAMPLE_SECONDS):
            if os.path.exists(self.path):
                self.most = max(self.most, os.stat(self.path).st_size)
                self.samples += 1

    def end(self):
        self.is_over.set()
        self.thread.join()
        return self.most


class SlowExport:
    """An export that is read at a trickle until it may be read to its end."""

    def __init__(self, daemon):
        self.process = subprocess.Popen(
            daemon.muster_command("export"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=daemon.muster_environment())
        self.is_over = threading.Event()
        self.has_begun = threading.Event()
        self.parts = []
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()
        expect(self.has_begun.wait(BEGIN_SECONDS_MAX), "the export does not begin")

    def read(self):
        while part := self.process.stdout.read1(1 << 20 if self.is_over.is_set() else TRICKLE_BYTES):
            self.parts.append(part)
            self.has_begun.set()
            self.is_over.wait(TRICKLE_SECONDS)

    def end(self):
        """Reads the rest: the rows by their external ids, in the order that they came in."""
        expect(self.process.poll() is None, "the export was over before the imports")
        self.is_over.set()
        self.thread.join()
        expect(self.process.wait() == 0, f"the export ended with {self.process.returncode}")
        rows = csv.DictReader(io.StringIO(b"".join(self.parts).decode()))
        return [row["external_id"] for row in rows]


class BusyExports:
    """Exports that follow one another, so that there is hardly a moment without a reader."""

    def __init__(self, daemon):
        self.daemon, self.count, self.failures = daemon, 0, []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(READERS)]
        for thread in self.threads:
            thread.start()

    def run(self):
        while not self.is_over.is_set():
            ended = subprocess.run(
                self.daemon.muster_command("export"), stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, env=self.daemon.muster_environment())
            self.count += 1
            if ended.returncode != 0:
                self.failures.append(ended.returncode)

    def end(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()
        expect(not self.failures, f"exports ended with {self.failures}")
        return self.count


def write_rows(run, name, numbers, note):
    """A file of members with long notes."""
    path = run.path(name)
    with open(path, "w") as file:
        file.write("external_id,name,description\n")
        for number in numbers:
            file.write(f"u{number},n{number},{note}{'x' * NOTE_BYTES}\n")
    return path


def measure(run, daemon, what, path, beside):
    """Imports a file beside a reader: the most that the log took."""
    watch = Watch(daemon.database() + "-wal")
    begun = daemon.import_file(path)
    most = watch.end()
    run.figures.append(f"{what} {most / 2**20:.0f} MiB")
    expect(most <= WAL_BYTES_MAX, f"the log took {most / 2**20:.0f} MiB during: {what}, {beside}")
    return begun.summary


def test(run):
    members, changes = SIZES_SHORT if run.short else SIZES_LONG
    run.figures = []
    daemon = run.daemon().start()
    first = write_rows(run, "first.csv", range(members), "a")
    second = write_rows(run, "second.csv", range(members, 2 * members), "a")
    measure(run, daemon, "new rows alone", first, "nobody")
    slow = SlowExport(daemon)
    counts = measure(run, daemon, "new rows", second, "a slow export")
    expect(counts["created"] == members, f"counted {counts}")
    numbers = list(range(2 * members))
    for change in range(changes):
        run.random.shuffle(numbers)
        path = write_rows(run, "changes.csv", numbers, f"c{change} ")
        counts = measure(run, daemon, "changes all over", path, "a slow export")
        expect(counts["updated"] == 2 * members, f"counted {counts}")
    exported = slow.end()
    expect(exported == [f"u{number}" for number in range(2 * members)],
           f"the export has {len(exported)} members of {2 * members}, or in another order")
    busy = BusyExports(daemon)
    run.random.shuffle(numbers)
    path = write_rows(run, "changes.csv", numbers[:members], "last ")
    measure(run, daemon, f"changes beside {READERS} exports without a pause", path, "exports")
    busy.end()
    expect(daemon.stop() == 0, "the daemon does not end in order")
    with copied(daemon.database()) as connection:
        check_store(connection)
        changed = connection.execute(
            "SELECT count(*) FROM member WHERE description LIKE 'last %'").fetchone()[0]
        expect(changed == members, f"{changed} members of {members} are as the last import left them")
    return f"{2 * members} members: the log took at most, with {', '.join(run.figures)}"


if __name__ == "__main__":
    main(__doc__, test, ["exports-in-one-transaction"])
