"""P5: a full disk stops an import with RESOURCE_EXHAUSTED, reads go on, and so does it with more room.

Two kinds of full disk by turns: a small tmpfs in a mount namespace of the test's own, and a bound on
the size of the daemon's files (RLIMIT_FSIZE). Each cycle leaves a random bit of room, imports more
than fits, reads everything, makes room, and goes on with the import. On the tmpfs a backup is made in
vain while it is full, and again with room. The daemon is never restarted.

A mutant that does not ignore SIGXFSZ survives: the threads that write belong to
libdispatch, which blocks the signal there, so that the write fails all the same. The mutant here is a
bound on the file's size that is taken for damage.
"""
import contextlib
import csv
import os
import resource
import subprocess
import sys
import uuid

from common import expect, main
from store import Model, check_model, check_store, copied

CYCLES_SHORT, CYCLES_LONG = 6, 50
# Rows of an import: more than the room of a cycle can take.
ROWS = 6_000
# The first disk. Then it is as large as what is stored, and some room.
DISK_BYTES_FIRST = 2 * 1024 * 1024
# Room that a cycle begins with, at most so much of the bytes to be imported, which no store can do
# with; and room that it gets once the disk was full.
ROOM_BYTES_MIN, ROOM_SHARE_MAX = 16 * 1024, 0.6
ROOM_BYTES_AFTER = 64 * 1024 * 1024
IN_NAMESPACE = "MUSTER_FAULTS_NAMESPACE"
UNLIMITED = resource.RLIM_INFINITY


def first_line(text):
    return text.split("\n")[0][:300]


class SmallDisk:
    """A tmpfs that holds the daemon's data."""

    name = "tmpfs"
    # What is left of it holds no copy of the store.
    holds_copies = True

    def __init__(self, run):
        self.directory = run.path("disk")
        os.mkdir(self.directory)
        self.size = DISK_BYTES_FIRST
        self.mount(f"size={self.size}", "-t", "tmpfs", "tmpfs")
        self.daemon = run.daemon("disk/data")

    def mount(self, options, *arguments):
        subprocess.run(["mount", *arguments, "-o", options, self.directory], check=True)

    def leave(self, room):
        """Leaves so many bytes."""
        space = os.statvfs(self.directory)
        used = (space.f_blocks - space.f_bfree) * space.f_frsize
        self.mount(f"remount,size={used + room}")

    def make_room(self):
        space = os.statvfs(self.directory)
        used = (space.f_blocks - space.f_bfree) * space.f_frsize
        self.mount(f"remount,size={used + ROOM_BYTES_AFTER}")

    def close(self):
        subprocess.run(["umount", "--lazy", self.directory], check=True)


class BoundedFiles:
    """A bound on how large the daemon's files may grow; beyond it the kernel sends SIGXFSZ."""

    name = "RLIMIT_FSIZE"
    # The bound is about as large as the store.
    holds_copies = False

    def __init__(self, run):
        self.daemon = run.daemon("bounded")

    def bound(self, size):
        resource.prlimit(self.daemon.process.pid, resource.RLIMIT_FSIZE, (size, UNLIMITED))

    def leave(self, room):
        files = [self.daemon.database(), self.daemon.database() + "-wal"]
        sizes = [os.path.getsize(file) for file in files if os.path.exists(file)]
        # Whichever file grows first meets it: the log, or at a checkpoint the database.
        self.bound(min(sizes) + room)

    def make_room(self):
        self.bound(UNLIMITED)

    def close(self):
        pass


class Cycles:
    """A daemon on a disk that is full again and again, and the model of its members."""

    def __init__(self, run, disk):
        self.run = run
        self.disk = disk
        self.daemon = disk.daemon
        self.daemon.start()
        self.daemon.fill_catalogue()
        self.pid = self.daemon.process.pid
        self.model = Model()
        self.done = 0

    def turn(self):
        """Fills the disk in the middle of an import, looks, makes room, and goes on."""
        path = self.run.members(ROWS, start=self.done * ROWS)
        import_id = str(uuid.UUID(int=self.run.random.getrandbits(128), version=4))
        self.done += 1
        room_max = int(os.path.getsize(path) * ROOM_SHARE_MAX)
        self.disk.leave(self.run.random.randint(ROOM_BYTES_MIN, room_max))
        command = self.daemon.begin_import(path, "--import-id", import_id)
        code = command.wait()
        expect(self.daemon.runs, "the daemon has died of a full disk")
        expect(code == 1, f"the import ended with code {code}: {first_line(command.errors)}")
        self.look(path, command)
        self.disk.make_room()
        again = self.daemon.import_file(path, "--import-id", import_id, "--resume")
        expect(again.summary["received"] == ROWS, f"not all rows were counted: {again.summary}")
        self.model.apply_file(path)
        created = again.summary["created"]
        expect(created == ROWS, f"{ROWS} rows created {created} members")
        self.back_up(is_full=False)

    def look(self, path, command):
        """Nothing that was acknowledged is gone, and everything can be read while the disk is full."""
        expect("resource_exhausted" in command.errors.lower().replace(" ", "_")
               or "full" in command.errors, f"a full disk is not named: {first_line(command.errors)}")
        self.daemon.muster("health")
        self.back_up(is_full=True)
        held = self.exported()
        known = len(self.model.stored)
        expect(len(held) >= known + command.committed,
               f"{known + command.committed - len(held)} acknowledged rows are lost")
        with open(path, newline="") as file:
            sent = [row["email"] for row in csv.DictReader(file)]
        expect([row["email"] for row in held[known:]] == sent[:len(held) - known],
               "what is stored is not the first rows of the import")

    def back_up(self, is_full):
        """A copy of the store, which needs room in the data directory; without, it leaves nothing."""
        if not self.disk.holds_copies:
            return
        copy = self.run.path("copy.db")
        ended = self.daemon.muster("backup", "--to", copy, codes=None)
        left = os.listdir(os.path.join(self.daemon.data, "backups"))
        expect(left == [], f"a backup left {left}")
        if is_full:
            expect(ended.returncode == 1 and "no room for the copy" in ended.stderr,
                   f"a backup on a full disk ended with {ended.returncode}: {ended.stderr}")
            expect(not os.path.exists(copy), "a copy that failed is there")
            return
        expect(ended.returncode == 0, f"a backup failed: {ended.stderr}")
        with copied(copy) as connection:
            check_store(connection)
            check_model(connection, self.model)
        os.unlink(copy)

    def exported(self):
        return list(csv.DictReader(self.daemon.muster("export").stdout.splitlines()))

    def end(self):
        """The daemon is the same to the end, and the store is what all imports together make it."""
        expect(self.daemon.process.pid == self.pid and self.daemon.runs, "the daemon has died")
        self.daemon.stop()
        with open(self.daemon.log) as log:
            full = [line for line in log if "a call failed" in line and "NO_ROOM" in line]
        expect(full, "the daemon's log does not say that the disk was full")
        with copied(self.daemon.database()) as connection:
            check_store(connection)
            check_model(connection, self.model)
        self.disk.close()


def test(run):
    kinds = [BoundedFiles]
    if os.environ.get(IN_NAMESPACE) == "yes":
        kinds.append(SmallDisk)
    cycles = (CYCLES_SHORT if run.short else CYCLES_LONG) // len(kinds)
    told = []
    for kind in kinds:
        turns = Cycles(run, kind(run))
        for _ in range(cycles):
            turns.turn()
        turns.end()
        told.append(f"{cycles} cycles of {kind.name}")
    without = "" if len(kinds) == 2 else "; no tmpfs: this user may not mount one"
    return f"{', '.join(told)}, full in each; 0 rows lost, 0 restarts{without}"


def in_a_mount_namespace():
    """Runs this program anew where it may mount a disk of its own, if the system lets it."""
    if IN_NAMESPACE in os.environ or "--list-mutants" in sys.argv:
        return
    own = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    can = False
    with contextlib.suppress(FileNotFoundError):
        tried = [*own, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        can = subprocess.run(tried, capture_output=True).returncode == 0
    os.environ[IN_NAMESPACE] = "yes" if can else "no"
    if can:
        os.execvp(own[0], [*own, sys.executable, *sys.argv])


if __name__ == "__main__":
    in_a_mount_namespace()
    main(__doc__, test, ["takes-full-for-damaged"])
