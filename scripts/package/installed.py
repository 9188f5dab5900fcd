"""Life: the package installed, used, upgraded while it is used, removed and purged, under systemd.

In a machine of namespaces with a real systemd (machine.py), so that the units' hardening is in force; a
system call that the filter refuses kills the daemon here, where the unit only fails it.
"""
import json
import os
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "faults"))
from activate import Caller  # noqa: E402
from common import main  # noqa: E402
from daemon import LABELS, ROOT, SURVEY  # noqa: E402
from confinement import (  # noqa: E402
    check_confinement, check_policy, check_strangers, check_user)
from installation import (  # noqa: E402
    CONFIGURATION, NO_LIMITS, SOCKET, clear, counts, import_across, install, members, package,
    shown)
from machine import Machine  # noqa: E402
from verdict import Failed, expect  # noqa: E402

sys.path.insert(0, os.path.join(ROOT, "Tests", "Python"))
import documents  # noqa: E402
from likeness import Likeness  # noqa: E402
from terminal import on_screen  # noqa: E402

DROP_INS = "/etc/systemd/system/musterd.service.d"
SAMPLE = os.path.join(ROOT, "scripts", "sample", "members.csv")
STOP_SECONDS_MAX = 10
# Each is a line that somebody could have put into the unit, and what would come of it.
MUTANTS = {
    "private-users": "PrivateUsers=yes",
    "runtime-directory": "RuntimeDirectory=muster",
    "own-network": "PrivateNetwork=no",
    "writes-everywhere": "ProtectSystem=no",
    "filters-syncs": "SystemCallFilter=~fdatasync",
    "no-watchdog": "WatchdogSec=0",
    "no-restart": "Restart=no",
    "reloads-unchecked": "ExecReload=\nExecReload=/bin/sh -c \"kill -HUP $MAINPID\"",
}


def check_fresh(machine):
    """The socket is held and enabled, the daemon waits for the first who comes, the user is there."""
    for unit, state in [("musterd.socket", "active"), ("musterd.service", "inactive")]:
        is_now = machine.said("systemctl", "is-active", unit, codes=None)
        expect(is_now == state, f"{unit} is {is_now}, not {state}, once it is installed")
    expect(machine.said("systemctl", "is-enabled", "musterd.socket") == "enabled",
           "the socket is not enabled")
    stat = machine.said("stat", "--format=%U %G %a %n", SOCKET, "/run/muster", "/var/lib/muster",
                        CONFIGURATION)
    expect(stat.splitlines() == [
        f"root muster 660 {SOCKET}", "root root 755 /run/muster",
        "muster muster 700 /var/lib/muster", f"root root 644 {CONFIGURATION}"], stat)
    version = machine.said("dpkg-query", "--show", "--showformat=${Version}", "muster")
    expect(machine.said("musterd", "--version") == version, f"musterd is not of version {version}")
    verified = machine.run("systemd-analyze", "verify", "musterd.service", "musterd.socket", codes=None)
    # A machine without man cannot look at the manual.
    wrong = [line for line in verified.stderr.splitlines() if "musterd" in line and "'man " not in line]
    expect(not wrong, f"systemd-analyze verify says {wrong}")


def check_use(machine):
    """What people do first, as root and as the daemon's user; nobody else gets in."""
    expect(machine.said("muster", "health", "--output", "text") == "SERVING", "it does not serve")
    machine.run("muster", "label", "create", *LABELS)
    fields = [part for field in SURVEY for part in ("--field", field)]
    machine.run("muster", "form", "create", "survey", *fields)
    machine.put(SAMPLE, "/var/tmp/members.csv")
    command = ["muster", "import", "/var/tmp/members.csv", "--yes", "--output", "text",
               "--rejects", "/var/tmp/rejects.csv"]
    first = counts(machine.said(*command, codes=(2,)))
    machine.run("rm", "/var/tmp/rejects.csv")
    again = counts(machine.said(*command, user="muster", codes=(2,)))
    expect(first["created"] + first["updated"] + first["unchanged"] == 200
           and first["rejected"] == 3, f"the sample's import counted {first}")
    expect(again == {**first, "created": 0, "updated": 0, "unchanged": 200},
           f"the same import again counted {again}")
    machine.run("muster", "preview", "/var/tmp/members.csv", codes=(2,))
    machine.run("muster", "export", "--to", "/var/tmp/export.csv")
    machine.run("muster", "import", "/var/tmp/export.csv", "--all-or-nothing")
    machine.run("muster", "backup", "--to", "/var/tmp/backup.db")
    machine.run("muster", "check")
    machine.run("muster", "check", "/var/tmp/backup.db")
    expect("muster.sock" not in machine.said("ls", "-A", "/var/lib/muster"), "a socket is in the data")
    check_strangers(machine)


def check_crash(machine):
    """A daemon that dies is back at once, and the import that it served goes on."""
    killed = shown(machine, "MainPID")
    import_across(machine, "crash", lambda: machine.signal(killed, "SIGKILL"))
    expect(shown(machine, "NRestarts") == "1", f"NRestarts is {shown(machine, 'NRestarts')}")


def check_watchdog(machine):
    """A daemon that hangs is killed, and started again."""
    machine.write(f"{DROP_INS}/soon.conf", "[Service]\nWatchdogSec=2s\n")
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "musterd.service")
    hung = shown(machine, "MainPID")
    machine.signal(hung, "SIGSTOP")
    begun = time.monotonic()
    # Nobody calls meanwhile: only the watchdog can tell.
    while shown(machine, "MainPID") in (hung, "0"):
        expect(time.monotonic() - begun < 20, "the watchdog does not bite")
        time.sleep(0.1)
    expect(machine.said("muster", "health", "--output", "text") == "SERVING", "it does not serve")
    machine.run("rm", f"{DROP_INS}/soon.conf")
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "musterd.service")


def check_configuration(machine):
    """A configuration that cannot be is said so; once it is right, nobody has to start anything."""
    machine.write(CONFIGURATION, '{"limit": 1}\n')
    ended = machine.run("systemctl", "restart", "musterd.service", codes=None)
    expect(ended.returncode != 0, "it starts with a wrong configuration")
    begun = time.monotonic()
    ended = machine.run("env", "MUSTER_RECONNECT_SECONDS=4", "muster", "label", "list", codes=(1,))
    seconds = time.monotonic() - begun
    expect("does not answer" in ended.stderr and "journalctl -u musterd" in ended.stderr
           and "Nobody has answered" in ended.stderr, f"a command says: {ended.stderr}")
    expect(seconds < 15, f"a command waits {seconds:.0f} s for a daemon that cannot start")
    said = machine.said("journalctl", "--unit", "musterd.service", "--output", "cat", codes=None)
    expect('there is no group "limit"' in said, f"the journal does not say why: {said[-300:]}")
    machine.write(CONFIGURATION, NO_LIMITS)
    expect(machine.said("muster", "health", "--output", "text") == "SERVING", "it does not come back")


def check_upgrade(machine):
    """The new version comes in the middle of an import, and nobody is refused."""
    old = shown(machine, "MainPID")
    inode = os.stat(machine.path(SOCKET)).st_ino
    caller = Caller(machine.path(SOCKET))
    try:
        import_across(machine, "upgrade", lambda: install(machine, "NEW"))
    finally:
        caller.end()
    expect(shown(machine, "MainPID") != old, "the old daemon still runs")
    expect(os.stat(machine.path(SOCKET)).st_ino == inode, "the socket is another one")
    expect(set(caller.ended) <= {"answered", "cut"} and caller.ended["answered"] > 10,
           f"who came meanwhile: {caller.ended}")
    with open(machine.path(CONFIGURATION)) as file:
        expect(json.load(file) == json.loads(NO_LIMITS), "the upgrade has changed the configuration")
    return caller.ended["answered"]


def check_stop(machine):
    """It stops in time though a client keeps its connection; who then comes has it started again."""
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(machine.path(SOCKET))
        silent.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
        begun = time.monotonic()
        machine.run("systemctl", "stop", "musterd.service")
        seconds = time.monotonic() - begun
    expect(seconds <= STOP_SECONDS_MAX, f"it took {seconds:.1f} s to stop")
    expect(shown(machine, "Result") == "success", f"the stop: {shown(machine, 'Result')}")
    expect(machine.said("muster", "health", "--output", "text") == "SERVING", "it does not come back")
    return seconds


def check_removal(machine):
    """Removed, it is gone and the data is not; purged, the configuration is gone too."""
    count = members(machine)
    machine.run("dpkg", "--remove", "muster")
    for path in [SOCKET, "/run/muster", "/usr/bin/musterd", "/lib/systemd/system/musterd.service"]:
        expect(not os.path.lexists(machine.path(path)), f"{path} is still there")
    machine.run("sh", "-c", "! grep -qx musterd /proc/[0-9]*/comm")
    install(machine, "NEW")
    expect(members(machine) == count, "installed again, it has other members")
    said = machine.run("dpkg", "--purge", "muster").stderr
    expect("rm -r /var/lib/muster" in said, f"the purge does not say what it keeps: {said}")
    expect(not os.path.exists(machine.path("/etc/muster")), "the configuration is still there")
    expect(os.path.exists(machine.path("/var/lib/muster/workspaces/default.db")), "members are gone")
    machine.run("getent", "passwd", "muster")
    failed = machine.said("systemctl", "list-units", "--failed", "--plain", "--no-legend")
    left = machine.said("find", "/etc/systemd/system", "/var/lib/systemd/deb-systemd-helper-enabled",
                        "-name", "*muster*", "-not", "-path", f"{DROP_INS}*", codes=None)
    expect("muster" not in failed + left, f"left behind: {failed} {left}")
    return count


def check_by_hand(run, files):
    """Where systemd does not run, the package installs, and commands start private daemons."""
    with Machine(run.path("plain"), files, boot=False) as machine:
        clear(machine)
        install(machine, "OLD")
        expect(not os.path.exists(machine.path("/run/muster")), "there is a /run/muster")
        machine.run("install", "-d", "-m", "700", "-o", "games", "/var/tmp/games")
        machine.run("muster", "label", "create", "vip", user="games",
                    environment={"HOME": "/var/tmp/games"})
        store = "/var/tmp/games/.local/share/muster/workspaces/default.db"
        expect(os.path.exists(machine.path(store)), "no private daemon was started")
        machine.run("dpkg", "--purge", "muster")
        expect(not os.path.exists(machine.path("/var/lib/muster")), "an empty directory is left")


def check_page(run, files):
    """What the page on installing lets root type works as it is typed, at a terminal."""
    page = documents.INSTALLING.name
    with open(documents.INSTALLING) as file:
        blocks = [block for block in documents.blocks(file.read()) if block.is_root_session]
    expect(len(blocks) >= 3, f"{page} has no sessions of root")
    likeness, count = Likeness(), 0
    with Machine(run.path("readme"), files) as machine:
        clear(machine)
        machine.put(package("OLD"), "/srv/muster_0.1.0_amd64.deb")
        for step in [step for block in blocks for step in documents.steps(block)]:
            typed = ["script", "--quiet", "--return", "--command", f"cd /srv && {step.typed}"]
            text = machine.said(*typed, "/dev/null").replace("\r\n", "\n")
            printed = [on_screen(line) for line in text.split("\n")]
            difference = likeness.difference(step.shown, printed) if step.shown else None
            expect(not difference, f"{page}, {step.typed}: {difference}")
            count += 1
        for path in ["/etc/muster", "/var/lib/muster", "/run/muster"]:
            expect(not os.path.exists(machine.path(path)), f"{path} is still there")
    return count


def check_linking(machine):
    """The programs find all that they need in the package's dependencies."""
    for program in ["muster", "musterd"]:
        needed = machine.said("ldd", f"/usr/bin/{program}")
        expect("not found" not in needed and "swift" not in needed, f"{program} needs {needed}")


def why_not(run, files):
    """Why this machine cannot boot another one: it has no namespaces, say. None if it can."""
    try:
        with Machine(run.path("tried"), files):
            return None
    except Failed as failure:
        return " ".join(str(failure).split())


def test(run):
    files = os.environ.get("MUSTER_ROOT", "/")
    if run.short and (reason := why_not(run, files)):
        return f"not tried, for this machine cannot boot another one: {reason}"
    with Machine(run.path("machine"), files) as machine:
        clear(machine)
        machine.write(f"{DROP_INS}/strict.conf", "[Service]\nSystemCallErrorNumber=kill\n")
        if run.mutant:
            machine.write(f"{DROP_INS}/z.conf", f"[Service]\n{MUTANTS[run.mutant]}\n")
        install(machine, "OLD")
        check_fresh(machine)
        check_user(machine)
        if files != "/":
            check_linking(machine)
        check_use(machine)
        check_confinement(machine)
        expect(shown(machine, "NRestarts") == "0", "it was started again in the meantime")
        machine.write(CONFIGURATION, NO_LIMITS)
        machine.run("systemctl", "restart", "musterd.service")
        check_crash(machine)
        check_watchdog(machine)
        check_policy(machine)
        answered = check_upgrade(machine)
        seconds = check_stop(machine)
        check_configuration(machine)
        count = check_removal(machine)
    check_by_hand(run, files)
    typed = check_page(run, files)
    return (f"the guide's {typed} commands typed; installed, hardened, upgraded in mid-import"
            f" ({answered} other calls answered, 0 refused), stopped in {seconds:.1f} s beside a silent client, removed and purged with"
            f" its {count} members kept")


if __name__ == "__main__":
    try:
        main(__doc__, test, list(MUTANTS))
    except subprocess.TimeoutExpired as hung:
        sys.exit(f"installed.py: hangs: {hung.cmd}")
