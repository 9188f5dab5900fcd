"""Files that the command writes in directories where another user has planted links, FIFOs and files."""

import os
import shutil
import stat
import subprocess
import threading
import time

from line import attack, needs_root
from target import STRANGER

SECRET = b"what nobody may write over\n"
PIDS_AHEAD = 400


def plant(self, path, directory, name, kind, victim):
    """Plants a file under a name, and reads what is written into it until it is told to end."""
    read = [b""]
    target = os.path.join(directory, name)
    if kind == "link":
        os.symlink(victim, target)
    elif kind == "dangling":
        os.symlink(victim + ".new", target)
    elif kind == "own":
        with open(target, "wb") as file:
            os.fchmod(file.fileno(), 0o666)
            read = [open(target, "rb")]
    elif kind == "fifo":
        os.mkfifo(target, 0o666)
        os.chmod(target, 0o666)
    elif kind == "parts":
        newest = int(open("/proc/loadavg").read().split()[-1])
        for number in range(newest - 5, newest + PIDS_AHEAD):
            os.symlink(victim, f"{target}.part-{number}")
    elif kind == "part-files":
        newest = int(open("/proc/loadavg").read().split()[-1])
        for number in range(newest - 5, newest + PIDS_AHEAD):
            with open(f"{target}.part-{number}", "wb") as file:
                os.fchmod(file.fileno(), 0o666)
    elif kind == "watch":
        pass
    self.begun.set()
    content = b""
    if kind == "fifo":
        descriptor = os.open(target, os.O_RDONLY | os.O_NONBLOCK)
        while not self.over.is_set():
            try:
                content += os.read(descriptor, 65_536)
            except BlockingIOError:
                pass
            time.sleep(0.005)
    else:
        # Looks at every file that appears, as fast as it goes.
        while not self.over.is_set():
            for entry in os.listdir(directory):
                try:
                    with open(os.path.join(directory, entry), "rb") as file:
                        content += file.read(4_096)
                except OSError:
                    pass
            time.sleep(0.002)
        if kind == "own":
            content += read[0].read()
    return content


@attack("files-planted", short=True)
def planted(attack, line):
    """exports, backups and rejects of root, where another user has planted links, FIFOs and files"""
    needs_root()
    target = line.target()
    daemon = target.daemon
    daemon.muster("workspace", "create", "planted", codes=None)
    with open(target.path("secret.csv"), "w") as file:
        file.write("email,name\nsecret.canary@example.org,Secret Canary\n")
    daemon.import_file(target.path("secret.csv"), workspace="planted")
    wrong = "email,name\nsecret.canary@example,Secret Canary\n"
    outcomes, number = {}, 0
    kinds = ("link", "dangling", "own", "fifo", "parts", "part-files", "watch")
    for sticky in (0o1777,) if attack.short else (0o777, 0o1777):
        for what in ("export", "backup", "rejects", "default-rejects"):
            for kind in kinds:
                if attack.short and what != "export" and kind not in ("link", "part-files"):
                    continue
                number += 1
                directory = target.path(f"shared-{number}")
                os.mkdir(directory)
                os.chmod(directory, sticky)
                victim = target.path(f"victim-{number}")
                with open(victim, "wb") as file:
                    file.write(SECRET)
                os.chmod(victim, 0o600)
                name = "members.rejects.csv" if what == "default-rejects" else "out"
                out = os.path.join(directory, name)
                source = os.path.join(
                    directory if what == "default-rejects" else target.run.directory, "members.csv"
                )
                with open(source, "w") as file:
                    file.write(wrong)
                os.chmod(source, 0o600)
                attacker = target.attacker(STRANGER, plant, directory, name, kind, victim)
                attacker.has_begun()
                commands = {
                    "export": ["export", "--to", out],
                    "backup": ["backup", "--to", out],
                    "rejects": ["import", source, "--yes", "--rejects", out],
                    "default-rejects": ["import", source, "--yes"],
                }
                ended = target.command(*commands[what], workspace="planted", seconds=20)
                content = attacker.result()
                case = f"{what} over {kind} in {sticky:o}"
                outcomes[case] = ended.returncode
                line.expect(ended.returncode is not None, f"{case}: it hangs")
                with open(victim, "rb") as file:
                    line.expect(file.read() == SECRET, f"{case}: a victim's file is written over")
                line.expect(not os.path.exists(victim + ".new"), f"{case}: a file is made where a link led")
                line.expect(b"anary" not in content, f"{case}: the other user reads it")
                # An import of which the rejected rows could not be written says so, and ends with 2.
                is_written = ended.returncode == 0 or (
                    ended.returncode == 2 and "not in a file" not in ended.stderr
                )
                if is_written and os.path.lexists(out) and kind != "fifo":
                    found = os.lstat(out)
                    line.expect(
                        stat.S_ISREG(found.st_mode)
                        and found.st_uid == os.getuid()
                        and not found.st_mode & 0o077,
                        f"{case}: the file is {stat.filemode(found.st_mode)} of uid {found.st_uid}",
                    )
    line.sent = f"{len(outcomes)} files to be written"
    refused = sum(code == 1 for code in outcomes.values())
    line.answer(f"{refused} refused, {sum(code in (0, 2) for code in outcomes.values())} written")


def plant_state(self, path, shared, kind, away):
    """Takes the names under which the command keeps what it needs to go on, before it does."""
    os.umask(0)
    os.makedirs(away, mode=0o777)
    if kind == "link":
        os.symlink(away, shared + "/muster")
    else:
        os.mkdir(shared + "/muster", 0o777)
        os.symlink(away, shared + "/muster/imports")
    self.begun.set()
    content = b""
    while not self.over.is_set():
        for folder, _, names in [*os.walk(shared), *os.walk(away)]:
            for name in names:
                try:
                    with open(os.path.join(folder, name), "rb") as file:
                        content += file.read(4_096)
                except OSError:
                    pass
        time.sleep(0.002)
    return content


@attack("files-state")
def state(attack, line):
    """the command's own directory and its temporary files, where another user has planted links"""
    needs_root()
    target = line.target()
    target.daemon.muster("workspace", "create", "state", codes=None)
    canary = "statecanary"
    wrong = "email,name\n" + "".join(f"{canary}.{at}@example,{canary}\n" for at in range(2_000))
    source = target.path("state.csv")
    with open(source, "w") as file:
        file.write(wrong)
    found = {}
    for number, kind in enumerate(("link", "directory")):
        shared, away = (
            target.path(f"state-shared-{number}"),
            f"/tmp/muster-attack-away-{os.getpid()}-{number}",
        )
        os.mkdir(shared)
        os.chmod(shared, 0o1777)
        attacker = target.attacker(STRANGER, plant_state, shared, kind, away)
        attacker.has_begun()
        environment = target.daemon.muster_environment(XDG_STATE_HOME=shared, TMPDIR=shared)
        with open(source) as rows:
            ended = subprocess.run(
                target.daemon.muster_command(
                    "import", "-", "--yes", "--rejects", target.path(f"r{number}.csv"), workspace="state"
                ),
                stdin=rows,
                capture_output=True,
                text=True,
                env=environment,
                timeout=60,
            )
        ended = target.command(
            "import",
            source,
            "--yes",
            "--rejects",
            target.path(f"q{number}.csv"),
            workspace="state",
            environment={"TMPDIR": shared},
        )
        content = attacker.result()
        found[kind] = ended.returncode
        left = [os.path.join(folder, name) for folder, _, names in os.walk(away) for name in names]
        line.expect(not left, f"{kind}: files are made where a link led: {len(left)}")
        line.expect(canary.encode() not in content, f"{kind}: the other user reads rows")
        shutil.rmtree(away, ignore_errors=True)
    line.sent = "imports of a file and of a pipe, with XDG_STATE_HOME and TMPDIR in a shared directory"
    line.answer(", ".join(f"a planted {kind}: {code}" for kind, code in found.items()))


@attack("files-outputs", short=True)
def outputs(attack, line):
    """exports to /dev/null, /dev/stdout, a pipe, and a directory: written through or refused, never replaced"""
    needs_root()
    target = line.target()
    found = {}
    for out in ("/dev/null", "/dev/stdout", "-"):
        ended = target.command("export", "--to", out)
        found[out] = ended.returncode
    line.expect(stat.S_ISCHR(os.lstat("/dev/null").st_mode), "/dev/null is a file now")
    line.expect(found["/dev/null"] == 0, f"an export to /dev/null ended with {found['/dev/null']}")
    line.expect(found["/dev/stdout"] == 0, f"an export to /dev/stdout ended with {found['/dev/stdout']}")
    line.expect(os.path.islink("/dev/stdout"), "/dev/stdout is a file now")
    pipe = target.path("own-pipe")
    os.mkfifo(pipe, 0o600)
    taken = []
    reader = threading.Thread(target=lambda: taken.append(open(pipe).read()), daemon=True)
    reader.start()
    ended = target.command("export", "--to", pipe, seconds=20)
    reader.join(5)
    found["own pipe"] = ended.returncode
    line.expect(
        ended.returncode == 0 and taken and "email" in taken[0], "an export to a pipe of one's own fails"
    )
    line.expect(stat.S_ISFIFO(os.lstat(pipe).st_mode), "a pipe was replaced")
    directory = target.path("a-directory")
    os.mkdir(directory)
    found["directory"] = target.command("export", "--to", directory).returncode
    line.expect(found["directory"] == 1, f"an export to a directory ended with {found['directory']}")
    line.sent = "exports to what is no file"
    line.answer(", ".join(f"{name}: {code}" for name, code in found.items()))
    if os.path.exists(target.path("-")):
        line.expect(False, "a file is named -")


@attack("files-data")
def data_directory(attack, line):
    """data directories and parents that others may write to"""
    needs_root()
    import daemon as faults_daemon

    found = {}
    cases = {
        "data 0777": lambda base: make(base, ("d", 0o777)),
        "data 0777 of another": lambda base: make(base, ("d", 0o777), owner=STRANGER),
        "workspaces 0777": lambda base: make(base, ("d", 0o700), ("d/workspaces", 0o777)),
        "workspaces of another": lambda base: make(
            base, ("d", 0o700), ("d/workspaces", 0o700), owner=STRANGER
        ),
        "workspaces a link": lambda base: link(base),
        "data 0770": lambda base: make(base, ("d", 0o770)),
    }
    for case, prepare in cases.items():
        base = attack.run.path("base-" + case.replace(" ", "-"))
        os.mkdir(base)
        prepare(base)
        command = [
            os.path.join(faults_daemon.BINARIES, "musterd"),
            "--socket",
            base + ".sock",
            "--data",
            base + "/d",
        ]
        try:
            ended = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=3 if not attack.debug else 6,
            )
            found[case] = ended.returncode
            line.expect(ended.returncode > 0, f"{case}: ended with {ended.returncode}")
            line.expect(len(ended.stderr.strip()) > 20, f"{case}: says nothing")
        except subprocess.TimeoutExpired:
            found[case] = "serves"
            line.expect(False, f"{case}: served")
    line.sent = "starts on directories that others may write to"
    line.answer(", ".join(f"{case}: {code}" for case, code in found.items()))


def make(base, *parts, owner=None):
    for name, mode in parts:
        path = os.path.join(base, name)
        os.mkdir(path)
        os.chmod(path, mode)
    if owner is not None:
        os.chown(path, owner, owner)


def link(base):
    os.mkdir(base + "/d", 0o700)
    os.mkdir(base + "/elsewhere")
    os.chmod(base + "/elsewhere", 0o777)
    os.symlink("../elsewhere", base + "/d/workspaces")
