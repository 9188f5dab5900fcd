"""P16: clocks may jump: nothing expires and no undo is dropped before the clock has stood for a day.

libfaketime moves the daemon's clocks ten years either way: at restarts, each in the middle of an import
after SIGKILL, and while the daemon runs, in the middle of an import too. An import that was left open, one
that can be undone, and listed faults survive all of it; no row is lost or doubled. Then the clock stands ten
years ahead for a day, over several short lives of the daemon: now they are let go of.
"""
import contextlib
import glob
import os
import signal
import sqlite3
import time

from common import Failed, expect, main
from stock import Messages, Stream, in_environment

# Rows of the imports that a jump comes into the middle of, and jumps while the daemon runs.
ROWS, JUMPS_SHORT, JUMPS_LONG = 400, 4, 40
YEARS = 3_650 * 86_400
RESTARTS = [YEARS, 0, -YEARS, 0, YEARS, -YEARS, 0]
# Generous: the machine may be loaded.
COMMIT_SECONDS_MAX = 60
# More finishes than make the daemon look for what is too old.
FINISHES = 17


def library():
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not found:
        raise Failed("libfaketime is missing: apt-get install faketime")
    return found[0]


class Clock:
    """What the daemon's clocks say, in seconds from the truth."""

    def __init__(self, path):
        self.path = path
        self.set(0)

    def set(self, seconds):
        # Renamed into place: libfaketime reads it again and again.
        with open(self.path + ".new", "w") as file:
            file.write(f"{seconds:+d}s\n")
        os.rename(self.path + ".new", self.path)

    def environment(self):
        # libfaketime sets a variable before the runtime looks for the program's arguments, and so hides
        # them from it; musterd then takes them from /proc. A true monotonic clock keeps timers right
        # while the other one jumps; at a restart both may be wrong.
        return {"LD_PRELOAD": library(), "FAKETIME_TIMESTAMP_FILE": self.path,
                "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


class Scene:
    """A daemon, what must survive in it, and how many members it must have."""

    def __init__(self, run):
        import grpc

        self.run, self.grpc = run, grpc
        self.messages = Messages(run.directory)
        self.clock = Clock(run.path("clock"))
        # Only age may drop an undo here, not the number of newer imports.
        self.daemon = run.daemon(config={"limits": {"undoImports": 1_000_000}},
                                 environment=self.clock.environment())
        self.members = set()
        self.number = 0
        self.channel = None

    def start(self, **environment):
        self.daemon.start(environment=environment)
        self.channel = self.grpc.insecure_channel(f"unix:{self.daemon.socket}")
        self.stub = self.messages.services.ImportServiceStub(self.channel)

    def stop(self, how):
        self.channel.close()
        self.daemon.stop(how)

    def begin(self, name):
        stream = Stream(self.stub, self.messages.begin(
            columns=["external_id", "email"], import_id=name))
        return stream, stream.wait_for_accepted()

    def send(self, stream, rows, first=0):
        stream.send(self.messages.chunk(first, rows))
        self.members |= {row[0] for row in rows if "@" in row[1] or not row[1]}

    def rows(self, count):
        self.number += count
        return [[f"id{number}", ""] for number in range(self.number - count, self.number)]

    def finish(self, stream, count):
        stream.send(self.messages.finish(count))
        stream.half_close()
        status, why = stream.wait_for_end()
        expect(status == "OK", f"an import ended with {status}: {why}")

    def committed(self, stream, name, count):
        """Waits until rows of an import are durable.

        Asked of the store: libfaketime spoils timers, and with them the time of the next progress.
        """
        end = time.monotonic() + COMMIT_SECONDS_MAX
        while self.position(name) < count:
            expect(stream.status is None, f"an import ended with {stream.status}")
            expect(time.monotonic() < end, f"{count} rows are not committed")
            time.sleep(0.01)

    def position(self, name):
        with self.store() as connection:
            found = connection.execute("SELECT next_row FROM import WHERE import_id = ?", [name])
            row = found.fetchone()
            return row[0] if row else 0

    def store(self):
        path = self.daemon.database()
        return contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True))

    def small_imports(self):
        """So many that the daemon looks for what is too old."""
        for _ in range(FINISHES):
            stream, _ = self.begin(f"00000000-0000-4000-8000-{self.number + 1:012d}")
            self.send(stream, self.rows(1))
            self.finish(stream, 1)


OPEN = "0f0e0d0c-0b0a-4908-8706-050403020101"
UNDOABLE = "0f0e0d0c-0b0a-4908-8706-050403020102"


def states(scene):
    """What the ledger says of the open import, whether the other can be undone, how many faults."""
    with scene.store() as connection:
        rows = dict((row[0], row[1:]) for row in connection.execute(
            "SELECT import_id, state, has_images FROM import WHERE import_id IN (?, ?)",
            [OPEN, UNDOABLE]))
        faults = connection.execute("SELECT count(*) FROM import_fault").fetchone()[0]
        held = {row[0] for row in connection.execute("SELECT external_id FROM member")}
        count = connection.execute("SELECT count(*) FROM member").fetchone()[0]
    return rows[OPEN][0], rows[UNDOABLE][1], faults, held, count


def expect_kept(scene, when):
    state, has_images, faults, held, count = states(scene)
    expect(state == scene.open_state, f"{when}: the open import has expired")
    expect(has_images == 1, f"{when}: the undo was dropped")
    expect(faults == 1, f"{when}: the listed fault was dropped")
    expect(held == scene.members and count == len(held),
           f"{when}: {len(scene.members)} members were made, {count} are there")


def across_restart(scene, seconds):
    """SIGKILL in the middle of an import, a start with another clock, and the import's second half."""
    name = f"00000000-0000-4000-9000-{scene.number + 1:012d}"
    rows = scene.rows(ROWS)
    stream, _ = scene.begin(name)
    scene.send(stream, rows[:ROWS // 2])
    scene.committed(stream, name, ROWS // 2)
    scene.stop(signal.SIGKILL)
    scene.clock.set(seconds)
    scene.start()
    stream, accepted = scene.begin(name)
    expect(accepted is not None, f"the import cannot go on: {stream.status}")
    expect(accepted.next_row == ROWS // 2, f"it goes on at row {accepted.next_row}")
    scene.send(stream, rows[ROWS // 2:], first=ROWS // 2)
    scene.finish(stream, ROWS)
    scene.small_imports()
    expect_kept(scene, f"a restart at {seconds:+d} s")


def across_jump(scene, seconds):
    """The clock jumps in the middle of an import, and back in the middle of the next."""
    for offset in (seconds, 0):
        rows = scene.rows(ROWS)
        name = f"00000000-0000-4000-a000-{scene.number:012d}"
        stream, _ = scene.begin(name)
        scene.send(stream, rows[:ROWS // 2])
        scene.committed(stream, name, ROWS // 2)
        scene.clock.set(offset)
        scene.send(stream, rows[ROWS // 2:], first=ROWS // 2)
        scene.finish(stream, ROWS)
        scene.small_imports()
        expect_kept(scene, f"a jump to {offset:+d} s while it ran")


def stand_for_a_day(scene):
    """The clock stands ten years ahead: what is too old stays for a day, and goes after two."""
    for hours in (0, 13, 26, 39, 52):
        scene.stop(signal.SIGTERM)
        scene.clock.set(YEARS + hours * 3_600)
        scene.start()
        scene.small_imports()
        if hours < 24:
            expect_kept(scene, f"ten years ahead for {hours} hours")
    scene.small_imports()
    state, has_images, faults, _, _ = states(scene)
    expect(state != scene.open_state and has_images == 0 and faults == 0,
           "nothing is let go of, although the clock has stood for two days")


def test(run):
    scene = Scene(run)
    scene.start()
    stream, _ = scene.begin(UNDOABLE)
    scene.send(stream, [["kept", ""], ["faulty", "no address"]])
    scene.finish(stream, 2)
    stream, _ = scene.begin(OPEN)
    scene.send(stream, [["open", ""]])
    scene.committed(stream, OPEN, 1)
    stream.cancel()
    stream.wait_for_end()
    scene.open_state = states(scene)[0]
    for seconds in RESTARTS:
        across_restart(scene, seconds)
    jumps = JUMPS_SHORT if run.short else JUMPS_LONG
    for number in range(jumps):
        across_jump(scene, YEARS if number % 2 == 0 else -YEARS)
    stand_for_a_day(scene)
    scene.stop(signal.SIGTERM)
    return (f"{len(RESTARTS)} restarts and {2 * jumps} jumps by ten years, each in the middle of an import:"
            f" {len(scene.members)} rows, 0 lost or doubled, nothing expired, no undo dropped; after two days ten"
            f" years ahead, all that was too old was let go of")


if __name__ == "__main__":
    in_environment()
    main(__doc__, test, ["trusts-wall-clock"])
