"""P25: files go where they were meant, whatever another user has planted there.

For every kind of file that command and daemon write, and every thing that another user may have put in
its place before (links to a victim's file, dangling ones, pipes, files, directories, hard links, the names
of unfinished files, links on the way), in directories that everybody may write to, with and without the
sticky bit: no file of ours ends up owned by, readable for or written over for somebody else, and nothing
hangs. Then another user swaps the target all the time, and commands are killed. As a user other than root,
everything that is planted is one's own: then the links alone say something.
"""
import os
import shutil
import signal
import stat
import subprocess
import threading
import time

from common import expect, main
from daemon import BINARIES

OTHER = 61001
CANARY = "canary-4711"
VICTIM = b"what a victim has\n"
COMMAND_SECONDS_MAX = 30
RACES_SHORT, RACES_LONG = 12, 200
KILLS_SHORT, KILLS_LONG = 6, 100
IS_ROOT = os.geteuid() == 0


def give(path):
    """Makes something the other user's."""
    if IS_ROOT:
        os.lchown(path, OTHER, OTHER)


class Place:
    """A directory that everybody may write to, and the victim's beside it."""

    def __init__(self, run, mode):
        self.directory = run.path(f"shared-{mode:o}")
        self.victims = run.path(f"victims-{mode:o}")
        self.mode = mode

    def clean(self):
        for path in (self.directory, self.victims):
            shutil.rmtree(path, ignore_errors=True)
            os.mkdir(path)
        os.chmod(self.directory, self.mode)
        os.chmod(self.victims, 0o700)
        self.victim = os.path.join(self.victims, "victim")
        with open(self.victim, "wb") as file:
            file.write(VICTIM)
        self.made = os.path.join(self.victims, "made-by-link")

    def path(self, name):
        return os.path.join(self.directory, name)

    def check(self, what):
        with open(self.victim, "rb") as file:
            expect(file.read() == VICTIM, f"{what}: a victim's file was written over")
        expect(not os.path.lexists(self.made), f"{what}: a file was made where a link led")
        for parent, _, names in os.walk(self.directory):
            for name in names:
                self._check_file(os.path.join(parent, name), what)

    def _check_file(self, path, what):
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode):
            return
        name = os.path.basename(path)
        with open(path, "rb") as file:
            text = file.read()
        if CANARY.encode() in text or b"SQLite format 3" in text:
            expect(found.st_uid == os.geteuid(), f"{what}: {name} belongs to uid {found.st_uid}")
            expect(found.st_mode & 0o077 == 0, f"{what}: {name} can be read by others")
        expect(not name.startswith(".muster-part-"), f"{what}: {name} is left")


# What is planted in the place of a file: (name, function(place, path)).

def plant_link(place, path):
    os.symlink(place.victim, path)
    give(path)


def plant_dangling(place, path):
    os.symlink(place.made, path)
    give(path)


def plant_pipe(_, path):
    os.mkfifo(path)
    os.chmod(path, 0o666)
    give(path)


def plant_directory(_, path):
    os.mkdir(path)
    give(path)


def plant_file(_, path):
    with open(path, "w") as file:
        file.write("another user's\n")
    os.chmod(path, 0o666)
    give(path)


def plant_hard_link(place, path):
    os.link(place.victim, path)


PLANTS = [
    ("a link to a victim's file", plant_link), ("a dangling link", plant_dangling),
    ("a pipe that nobody reads", plant_pipe), ("a directory", plant_directory),
    ("another user's file", plant_file), ("a hard link to a victim's file", plant_hard_link),
]


class Kind:
    """A kind of file that a command writes: its name in the directory, and the command."""

    def __init__(self, name, file, arguments, needs=None, codes=(0,)):
        self.name, self.file, self.codes = name, file, codes
        self._arguments, self._needs = arguments, needs

    def arguments(self, place):
        if self._needs is not None:
            with open(place.path(self._needs), "w") as file:
                file.write(f"email,name\nno-email,{CANARY}\n")
            os.chmod(place.path(self._needs), 0o600)
        return [word.replace("DIR", place.directory) for word in self._arguments]


KINDS = [
    Kind("an export", "x.csv", ["export", "--to", "DIR/x.csv"]),
    Kind("a backup", "b.db", ["backup", "--to", "DIR/b.db"]),
    Kind("a rejects file", "r.csv", ["import", "DIR/in.csv", "--yes", "--rejects", "DIR/r.csv"],
         needs="in.csv", codes=(2,)),
    Kind("a rejects file by its own name", "in.rejects.csv", ["import", "DIR/in.csv", "--yes"],
         needs="in.csv", codes=(2,)),
    Kind("a pipe's rejects file", "p.csv", ["import", "-", "--rejects", "DIR/p.csv"], codes=(2,)),
    Kind("a preview's rejects file", "d.csv", ["preview", "DIR/in.csv", "--rejects", "DIR/d.csv"],
         needs="in.csv", codes=(2,)),
]


class Commands:
    """Commands of one daemon, with the mutant."""

    def __init__(self, run, daemon):
        self.run, self.daemon = run, daemon
        self.count = 0
        self.environment = daemon.muster_environment(TMPDIR=run.path("shared-tmp"))
        if run.mutant:
            self.environment["MUSTER_MUTANT"] = run.mutant
        os.mkdir(self.environment["TMPDIR"])
        os.chmod(self.environment["TMPDIR"], 0o777)

    def start(self, arguments, before=None):
        self.count += 1
        process = subprocess.Popen(
            self.daemon.muster_command(*arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=self.environment,
            preexec_fn=before and (lambda: before(os.getpid())))
        return process

    def end(self, process, what):
        try:
            out, said = process.communicate(
                f"email,name\nno-email,{CANARY}\n".encode(), timeout=COMMAND_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            expect(False, f"{what}: the command hangs")
        return process.returncode, said.decode(errors="replace")


def attack(commands, place):
    """Every kind of file beside every thing planted."""
    for kind in KINDS:
        for name, plant in PLANTS:
            what = f"{kind.name} beside {name} (mode {place.mode:o})"
            place.clean()
            arguments = kind.arguments(place)
            path = place.path(kind.file)
            plant(place, path)
            before = os.lstat(path)
            code, said = commands.end(commands.start(arguments), what)
            place.check(what)
            # A hard link of ours is a file of ours: it is replaced, the victim's other name stays.
            isRefused = name != "a hard link to a victim's file" or kind.name == "a backup"
            if isRefused and (IS_ROOT or plant is not plant_file) and plant is not plant_pipe:
                expect(os.lstat(path).st_ino == before.st_ino, f"{what}: it was replaced")
                expect(code != 0, f"{what}: ended with {code}")
                expect(os.path.basename(path) in said, f"{what}: says {said}")
        attack_parts(commands, place, kind)
        attack_directory(commands, place, kind)


def attack_parts(commands, place, kind):
    """The names under which files were unfinished once: they are left alone."""
    for name, plant in PLANTS:
        what = f"{kind.name} beside {name} under the name of its part"
        place.clean()
        arguments = kind.arguments(place)
        path = place.path(kind.file)
        process = commands.start(arguments, lambda pid: plant(place, f"{path}.part-{pid}"))
        code, said = commands.end(process, what)
        place.check(what)
        expect(code in kind.codes, f"{what}: ended with {code}: {said}")
        found = os.lstat(path)
        expect(stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid(), f"{what}: no file")
        expect(found.st_mode & 0o7777 == 0o600, f"{what}: mode {found.st_mode:o}")


def attack_directory(commands, place, kind):
    """A link of another user on the way to the file."""
    if not IS_ROOT:
        return
    what = f"{kind.name} behind another user's link"
    place.clean()
    os.symlink(place.victims, place.path("way"))
    give(place.path("way"))
    arguments = [word.replace(f"/{kind.file}", f"/way/{kind.file}")
                 for word in kind.arguments(place)]
    if arguments == kind.arguments(place):
        return
    code, said = commands.end(commands.start(arguments), what)
    place.check(what)
    expect(code != 0 and "symbolic link" in said, f"{what}: ended with {code}: {said}")
    expect(os.listdir(place.victims) == ["victim"], f"{what}: the file was made there")


def allow(commands, place):
    """What the flags allow, and what is written through."""
    export = lambda *more: ["export", "--to", place.path("x.csv"), *more]
    place.clean()
    os.symlink(place.made, place.path("x.csv"))
    code, said = commands.end(commands.start(export("--follow")), "--follow")
    expect(code == 0, f"--follow: {said}")
    expect(os.path.islink(place.path("x.csv")), "--follow replaces the link")
    found = os.lstat(place.made)
    expect(found.st_mode & 0o7777 == 0o600, f"--follow makes mode {found.st_mode:o}")
    if IS_ROOT:
        place.clean()
        plant_file(place, place.path("x.csv"))
        code, said = commands.end(commands.start(export("--replace")), "--replace")
        expect(code == 0, f"--replace: {said}")
        place.check("--replace")
        expect(os.lstat(place.path("x.csv")).st_uid == 0, "--replace leaves another user's file")
    place.clean()
    os.mkfifo(place.path("x.csv"))
    process = commands.start(export())
    with open(place.path("x.csv"), "rb") as reader:
        text = reader.read()
    commands.end(process, "an export into an own pipe")
    expect(CANARY.encode() in text, "an own pipe gets no export")
    expect(stat.S_ISFIFO(os.lstat(place.path("x.csv")).st_mode), "a pipe was replaced")
    for device in ("/dev/null", "/dev/stdout", "-", "/dev/fd/1"):
        listed = sorted(os.listdir("/dev"))
        code, said = commands.end(commands.start(["export", "--to", device]), device)
        expect(code == 0, f"an export to {device}: {said}")
        expect(sorted(os.listdir("/dev")) == listed, f"an export to {device} makes a file in /dev")


def listen(commands, place):
    """A reader of another user's pipe gets nothing."""
    if not IS_ROOT:
        return
    for kind in KINDS:
        place.clean()
        arguments = kind.arguments(place)
        path = place.path(kind.file)
        plant_pipe(place, path)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        commands.end(commands.start(arguments), f"{kind.name} into a pipe")
        try:
            got = os.read(reader, 65536)
        except BlockingIOError:
            got = b""
        os.close(reader)
        expect(got == b"", f"{kind.name} goes into another user's pipe")


def race(commands, place, rounds):
    """Another user swaps what stands at the target while commands write it."""
    place.clean()
    path = place.path("x.csv")
    ends = threading.Event()

    def swap():
        number = 0
        while not ends.is_set():
            new = place.path(f"swap-{number}")
            PLANTS[number % 2][1](place, new)
            number += 1
            try:
                os.rename(new, path)
                if number % 3 == 0:
                    os.unlink(path)
            except OSError:
                pass

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for _ in range(rounds):
            for more in ((), ("--replace",)):
                arguments = ["export", "--to", path, *more]
                commands.end(commands.start(arguments), "an export whose target is swapped")
    finally:
        ends.set()
        thread.join()
    place.check("swapped targets")


def kill(run, commands, place, rounds):
    """Commands that are killed leave nothing."""
    place.clean()
    for kind in KINDS[:3]:
        for _ in range(rounds):
            process = commands.start(kind.arguments(place))
            process.stdin.close()
            time.sleep(run.random.uniform(0, 0.15))
            process.send_signal(run.random.choice([signal.SIGKILL, signal.SIGINT, signal.SIGTERM]))
            process.stdin = None
            process.communicate(timeout=COMMAND_SECONDS_MAX)
            place.check(f"{kind.name} that was killed")


def attack_daemon(run, place):
    """What stands where the daemon keeps its files: it is refused, or left alone."""
    for name, plant in PLANTS:
        for file in ("lock", "daemon", "workspaces/default.db-witness", "SOCKET"):
            what = f"the daemon's {file} beside {name}"
            place.clean()
            data = place.path("data")
            for directory in (data, f"{data}/workspaces"):
                os.mkdir(directory, 0o700)
            socket = place.path("s")
            path = f"{socket}.lock" if file == "SOCKET" else f"{data}/{file}"
            plant(place, path)
            environment = dict(os.environ, SWIFT_BACKTRACE="enable=no")
            if run.mutant:
                environment["MUSTER_MUTANT"] = run.mutant
            daemon = subprocess.Popen(
                [os.path.join(BINARIES, "musterd"), "--socket", socket, "--data", data],
                stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
            watch = threading.Timer(COMMAND_SECONDS_MAX, daemon.kill)
            watch.start()
            # It says that it serves, or why it does not.
            for line in daemon.stderr:
                if b"serving" in line:
                    break
            daemon.terminate()
            daemon.communicate()
            watch.cancel()
            expect(daemon.returncode != -signal.SIGKILL, f"{what}: the daemon hangs")
            place.check(what)


def test(run):
    if IS_ROOT:
        os.chmod(run.directory, 0o755)
    daemon = run.daemon().start()
    with open(run.path("one.csv"), "w") as file:
        file.write(f"email,name\na@example.org,{CANARY}\n")
    daemon.muster("import", run.path("one.csv"), "--yes")
    commands = Commands(run, daemon)
    places = [Place(run, mode) for mode in (0o777, 0o1777)]
    for place in places:
        attack(commands, place)
    for place in places[: 1 if run.short else 2]:
        allow(commands, place)
        listen(commands, place)
        race(commands, place, RACES_SHORT if run.short else RACES_LONG)
        kill(run, commands, place, KILLS_SHORT if run.short else KILLS_LONG)
        attack_daemon(run, place)
    left = os.listdir(commands.environment["TMPDIR"])
    expect(not left, f"temporary files are left: {left}")
    expect(daemon.stop() == 0, "the daemon does not end in order")
    note = "" if IS_ROOT else " (of one user alone: run as root for another's)"
    return (f"{commands.count} commands beside {len(PLANTS)} things planted in directories of mode 777"
            f" and 1777: 0 files owned by, readable for or written over for others{note}")


if __name__ == "__main__":
    main(__doc__, test, ["makes-files-by-name"])
