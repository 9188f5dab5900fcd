"""Files of a store that are not what the daemon left: refused with DATA_LOSS, or the right data; never an empty store."""

import os
import shutil
import signal
import socket
import time

from line import attack

ROWS = 300
SUFFIXES = ("", "-wal", "-shm", "-witness")
REFUSAL_SECONDS_MAX = 5


class Left:
    """Workspaces of a daemon that was killed: each has members in its file and more in its log."""

    def __init__(self, attack, line, names, clean=False):
        self.attack, self.line = attack, line
        self.target = line.target(fresh=True)
        self.daemon = self.target.daemon
        self.path = self.target.run.members(ROWS)
        self.changed = self.target.run.members(ROWS // 2, start=ROWS)
        names = ["default", *names]
        for name in names:
            if name != "default":
                self.daemon.muster("workspace", "create", name)
            self.daemon.fill_catalogue(name)
            self.daemon.import_file(self.path, workspace=name)
        self.backup = self.target.path(f"backup-{attack.count}.db")
        self.daemon.muster("backup", "--to", self.backup)
        self.backed_up = self.export("default")[1]
        self.daemon.stop()
        self.daemon.start()
        for name in names:
            self.daemon.import_file(self.changed, workspace=name)
        self.right = self.export("default")[1]
        self.daemon.stop(signal.SIGTERM if clean else signal.SIGKILL)

    def file(self, workspace, suffix=""):
        return self.daemon.database(workspace) + suffix

    def export(self, workspace):
        """The exit code and the rows of an export, and what it says."""
        ended = self.target.command("export", workspace=workspace, seconds=30)
        return ended.returncode, ended.stdout, ended.stderr, ended.seconds

    def remove(self, workspace, *suffixes):
        for suffix in suffixes:
            if os.path.lexists(self.file(workspace, suffix)):
                os.unlink(self.file(workspace, suffix))

    def judge(self, workspace, case, right=None, says=()):
        """What is served of a workspace: "right" or "refused"; anything else is a failure."""
        code, rows, said, seconds = self.export(workspace)
        self.line.expect(self.daemon.runs, f"{case}: the daemon is dead")
        self.line.expect(seconds <= REFUSAL_SECONDS_MAX, f"{case}: answered after {seconds:.0f} s")
        found = "refused"
        if code == 0:
            found = "right" if rows in (right if right is not None else [self.right]) else "WRONG"
            count = rows.count("\n") - 1
            self.line.expect(
                found == "right", f"{case}: {count} members are served as if nothing were wrong"
            )
        else:
            for word in says:
                self.line.expect(word in said, f"{case}: does not say {word!r}: {said.strip()[-160:]}")
            self.line.expect(code == 1, f"{case}: the command ended with {code}")
            if not os.path.exists(self.path):
                return found
            imported = self.target.command("import", self.changed, "--yes", workspace=workspace, seconds=30)
            self.line.expect(
                imported.returncode == 1,
                f"{case}: refused, and takes rows all the same ({imported.returncode})",
            )
        return found


def finish(left, sent, outcomes):
    refused = sum(outcome == "refused" for outcome in outcomes.values())
    right = sum(outcome == "right" for outcome in outcomes.values())
    left.line.sent = sent
    left.line.answer(f"{refused} refused, {right} right")
    healthy = left.export("default")
    left.line.expect(healthy[:2] == (0, left.right), "a sound workspace beside them is not served")


def subsets(suffixes):
    for bits in range(1 << len(suffixes)):
        yield tuple(suffix for at, suffix in enumerate(suffixes) if bits >> at & 1)


@attack("store-emptied")
def emptied(attack, line):
    """NAME.db of 0 bytes, or missing, with each set of its -wal, -shm and -witness left"""
    kept = list(subsets(SUFFIXES[1:]))
    if attack.short:
        kept = [each for each in kept if len(each) != 2 and each != ("-shm",)]
    names = [f"{kind}-{number}" for number in range(len(kept)) for kind in ("empty", "gone")]
    left = Left(attack, line, names)
    outcomes = {}
    for number, suffixes in enumerate(kept):
        for kind in ("empty", "gone"):
            name = f"{kind}-{number}"
            left.remove(name, *(suffix for suffix in SUFFIXES[1:] if suffix not in suffixes))
            os.truncate(left.file(name), 0)
            if kind == "gone":
                left.remove(name, "")
    left.daemon.start()
    for number, suffixes in enumerate(kept):
        for kind in ("empty", "gone"):
            name = f"{kind}-{number}"
            case = f"{kind} beside {' '.join(suffixes) or 'nothing'}"
            if kind == "gone" and not suffixes:
                # That is how a workspace is deleted by hand: it is not there.
                code, _, said, _ = left.export(name)
                line.expect(code == 1, f"{case}: served")
                continue
            outcomes[case] = left.judge(name, case, right=[])
    finish(left, f"{len(outcomes)} emptied and missing files", outcomes)


@attack("store-restored")
def restored(attack, line):
    """a backup put in place of NAME.db with each set of its old -wal, -shm and -witness left"""
    kept = list(subsets(SUFFIXES[1:]))
    if attack.short:
        kept = [each for each in kept if len(each) != 2 and each != ("-shm",)]
    names = [f"restored-{number}" for number in range(len(kept))]
    left = Left(attack, line, names)
    for number, suffixes in enumerate(kept):
        name = f"restored-{number}"
        left.remove(name, "", *(suffix for suffix in SUFFIXES[1:] if suffix not in suffixes))
        shutil.copyfile(left.backup, left.file(name))
    left.daemon.start()
    outcomes = {}
    for number, suffixes in enumerate(kept):
        case = f"a backup beside {' '.join(suffixes) or 'nothing'}"
        # The file of shared memory tells nothing of members: SQLite makes it anew.
        harmless = set(suffixes) <= {"-shm"}
        outcomes[case] = left.judge(
            f"restored-{number}",
            case,
            right=[left.backed_up],
            says=() if harmless else [each for each in suffixes if each != "-shm"][:1],
        )
        if not suffixes:
            line.expect(outcomes[case] == "right", "a backup alone is refused")
    finish(left, f"backups beside {len(kept)} sets of old files", outcomes)


@attack("store-restored-in-place")
def restored_in_place(attack, line):
    """a backup written into NAME.db itself (the same inode), with old files left; and a file of another workspace"""
    names = ["all", "wal", "witness", "shm", "other", "swapped", "older"]
    left = Left(attack, line, names)

    def write_into(name, source):
        with open(source, "rb") as backup, open(left.file(name), "r+b") as file:
            file.write(backup.read())
            file.truncate()

    for name, kept in (
        ("all", SUFFIXES[1:]),
        ("wal", ("-wal",)),
        ("witness", ("-witness",)),
        ("shm", ("-shm",)),
    ):
        left.remove(name, *(suffix for suffix in SUFFIXES[1:] if suffix not in kept))
        write_into(name, left.backup)
    shutil.copyfile(left.file("older"), left.file("other"))
    for suffix in SUFFIXES[1:]:
        shutil.copyfile(left.file("older", suffix), left.file("swapped", suffix))
    left.daemon.start()
    outcomes = {
        name: left.judge(name, f"in place, {name}", right=[left.backed_up, left.right]) for name in names
    }
    finish(left, "backups written into files, files of other workspaces", outcomes)


@attack("store-copied")
def copied(attack, line):
    """a copy of the whole directory, sound and emptied"""
    names = [f"copied-{number}" for number in range(4)]
    left = Left(attack, line, names)
    old = left.daemon.data
    new = old + "-copy"
    shutil.copytree(old, new)
    os.chmod(new, 0o700)
    left.daemon.data = new
    for number, suffixes in enumerate((("-wal", "-witness"), ("-witness",), ("-wal",))):
        os.truncate(left.file(names[number]), 0)
        left.remove(names[number], *(suffix for suffix in SUFFIXES[1:] if suffix not in suffixes))
    # A log that is gone is missed in a copy too.
    left.remove(names[3], "-wal", "-shm")
    left.daemon.start()
    outcomes = {name: left.judge(name, f"copied, {name}", right=[]) for name in names}
    finish(left, "a copied directory with emptied files, and without a log", outcomes)


@attack("store-strange")
def strange(attack, line):
    """a FIFO, a link, a directory, a socket, random bytes, text in place of each file"""
    kinds = {
        "fifo": lambda path: os.mkfifo(path),
        "directory": lambda path: os.mkdir(path),
        "link": lambda path: os.symlink("default.db", path),
        "link-away": lambda path: os.symlink("/etc/passwd", path),
        "dangling": lambda path: os.symlink("nowhere", path),
        "random": lambda path: write(path, os.urandom(8_192)),
        "text": lambda path: write(path, b"email,name\na@example.org,A\n"),
        "byte": lambda path: write(path, b"S"),
        "page": lambda path: write(path, b"SQLite format 3\0" + bytes(4_080)),
        "socket": make_socket,
        "device": lambda path: os.symlink("/dev/zero", path),
    }
    cases = [(kind, suffix) for kind in kinds for suffix in SUFFIXES]
    if attack.short:
        cases = [
            case
            for case in cases
            if case[1] == "" and case[0] in ("fifo", "link", "byte", "text") or case == ("fifo", "-witness")
        ]
    names = [f"s{number}" for number in range(len(cases))]
    left = Left(attack, line, names)
    for name, (kind, suffix) in zip(names, cases):
        left.remove(name, suffix)
        kinds[kind](left.file(name, suffix))
    begun = time.monotonic()
    left.daemon.start()
    line.expect(time.monotonic() - begun < 10, "the start takes long")
    outcomes = {}
    for name, (kind, suffix) in zip(names, cases):
        # What tells of no member may be made anew.
        case = f"a {kind} as NAME.db{suffix}"
        outcomes[case] = left.judge(name, case)
        if kind in ("fifo", "socket", "directory", "link-away", "device") and suffix != "-shm":
            line.expect(outcomes[case] == "refused" or suffix != "", f"{case}: {outcomes[case]}")
    finish(left, f"{len(cases)} strange files in place of a store's", outcomes)
    with open("/etc/passwd") as file:
        line.expect("root" in file.read(), "a file that a link led to was written over")


def write(path, octets):
    with open(path, "wb") as file:
        file.write(octets)


def make_socket(path):
    here = os.getcwd()
    os.chdir(os.path.dirname(path))
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.basename(path))
    os.chdir(here)


def holding(directory, words):
    """The files below a directory that hold one of the words."""
    found = []
    for folder, _, files in os.walk(directory):
        for name in files:
            path = os.path.join(folder, name)
            try:
                with open(path, "rb") as file:
                    content = file.read()
            except OSError:
                continue
            if any(word in content for word in words):
                found.append(os.path.relpath(path, directory))
    return found


def canaries(target, number, rows=200):
    """A file of members, and a word that each of them has."""
    word = f"zq{number:04d}canary"
    path = target.path(f"canary-{number}.csv")
    with open(path, "w") as file:
        file.write("email,name,description\n")
        for row in range(rows):
            file.write(f"{word}.{row}@example.org,Name {word},{word * 20}\n")
    return path, word.encode()


@attack("store-deleted", short=True)
def deleted(attack, line):
    """kill -9 while a workspace is deleted: it is whole, or nothing of it is left in any file"""
    target = line.target(fresh=True)
    daemon, chance = target.daemon, attack.random
    kills, whole, gone, before = (6, 0, 0, 0) if attack.short else (60, 0, 0, 0)
    for number in range(kills):
        name = f"doomed-{number}"
        path, word = canaries(target, number)
        daemon.muster("workspace", "create", name)
        daemon.import_file(path, workspace=name)
        deletion = target.attacker(
            0,
            lambda self, socket_path: (
                daemon.muster("workspace", "delete", name, "--yes", codes=None).returncode
            ),
        )
        time.sleep(chance.random() * (0.12 if attack.debug else 0.04))
        daemon.stop(signal.SIGKILL)
        deletion.kill()
        before += bool(holding(daemon.data, [word]))
        daemon.start()
        exported = target.command("export", workspace=name)
        left = holding(daemon.data, [word])
        if exported.returncode == 0:
            whole += 1
            line.expect(
                exported.stdout.count(word.decode() + ".") == 200, f"{name}: not all members are there"
            )
            daemon.muster("workspace", "delete", name, "--yes")
        else:
            gone += 1
            line.expect(not left, f"{name}: values are left in {', '.join(left)}")
    line.sent = f"{kills} deletions of workspaces, each with a kill -9"
    line.answer(f"{whole} whole, {gone} gone")


@attack("store-deleted-member")
def deleted_member(attack, line):
    """kill -9 while a member is deleted: it is there, or nothing of it is left in any file"""
    target = line.target(fresh=True)
    daemon, chance = target.daemon, attack.random
    kills, there, gone = (6, 0, 0) if attack.short else (60, 0, 0)
    for number in range(kills):
        path, word = canaries(target, number + 5_000, rows=1)
        daemon.import_file(path)
        email = word.decode() + ".0@example.org"
        deletion = target.attacker(
            0,
            lambda self, socket_path: (
                daemon.muster("member", "delete", "--email", email, "--yes", codes=None).returncode
            ),
        )
        time.sleep(chance.random() * (0.12 if attack.debug else 0.04))
        daemon.stop(signal.SIGKILL)
        deletion.kill()
        daemon.start()
        if target.command("member", "get", "--email", email).returncode == 0:
            there += 1
            # The daemon may have gone on with the deletion meanwhile.
            daemon.muster("member", "delete", "--email", email, "--yes", codes=None)
        else:
            gone += 1
        left = holding(daemon.data, [word])
        line.expect(not left, f"values of member {number} are left in {', '.join(left)}")
    line.sent = f"{kills} deletions of members, each with a kill -9"
    line.answer(f"{there} there, {gone} gone")
