"""Starts that cannot be: what the daemon and its clients say, and how long they take to say it."""

import json
import os
import resource
import signal
import socket
import subprocess
import time

import daemon as faults_daemon
import wire
from line import attack
from peer import Peer, message, pump
from target import HEALTH, IMPORT, READER

# After so long a command says what it waits for; and it gives up after what it is told, and a bit.
SAYS_SECONDS_MAX, GIVES_UP_SECONDS, GRACE_SECONDS = 3, 4, 4


def program(name):
    return os.path.join(faults_daemon.BINARIES, name)


@attack("start-nobody", short=True)
def nobody(attack, line):
    """a socket that is held for a daemon that never starts: every command says so, and gives up"""
    run = attack.run
    path = run.path("held.sock")
    held = socket.socket(socket.AF_UNIX)
    held.bind(path)
    held.listen(128)
    file = run.path("one.csv")
    with open(file, "w") as opened:
        opened.write("email\na@example.org\n")
    commands = {
        "health": ["health"],
        "import": ["import", file, "--yes"],
        "label list": ["label", "list"],
        "export": ["export"],
        "member list": ["member", "list"],
        "preview": ["preview", file],
        "workspace list": ["workspace", "list"],
        "imports list": ["imports", "list"],
    }
    if attack.short:
        commands = {name: commands[name] for name in ("health", "import", "export")}
    processes = {}
    for name, arguments in commands.items():
        environment = dict(
            os.environ,
            XDG_STATE_HOME=run.path("nobody-state"),
            SWIFT_BACKTRACE="enable=no",
            MUSTER_RECONNECT_SECONDS=str(GIVES_UP_SECONDS),
        )
        processes[name] = subprocess.Popen(
            [program("muster"), "--socket", path, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        os.set_blocking(processes[name].stderr.fileno(), False)
    begun = time.monotonic()
    said, ended, text = {}, {}, {name: "" for name in processes}
    scale = 3 if attack.debug else 1
    most = GIVES_UP_SECONDS + GRACE_SECONDS * scale
    while len(ended) < len(processes) and time.monotonic() - begun < most + 3:
        for name, process in processes.items():
            try:
                text[name] += os.read(process.stderr.fileno(), 65_536).decode(errors="replace")
            except BlockingIOError:
                pass
            if text[name] and name not in said:
                said[name] = time.monotonic() - begun
            if name not in ended and process.poll() is not None:
                ended[name] = time.monotonic() - begun
        time.sleep(0.05)
    for name, process in processes.items():
        if process.poll() is None:
            process.kill()
        process.communicate()
        line.expect(
            said.get(name, 99) <= SAYS_SECONDS_MAX * scale,
            f"{name} says nothing within {SAYS_SECONDS_MAX} s",
        )
        line.expect(ended.get(name, 99) <= most, f"{name} does not give up within {most} s")
        line.expect(process.returncode == 1 or name not in ended, f"{name} ended with {process.returncode}")
        line.expect(
            "journalctl" in text[name] or "log" in text[name],
            f"{name} does not say where to look: {text[name].strip()[-120:]!r}",
        )
    held.close()
    line.sent = f"{len(processes)} commands to a socket that nobody serves"
    line.answer(
        f"said after {max(said.values(), default=0):.1f} s, gave up after {max(ended.values(), default=0):.1f} s"
    )


@attack("start-dies", short=True)
def dies(attack, line):
    """systemd-socket-activate with a configuration that is wrong"""
    run = attack.run
    path, config = run.path("activated.sock"), run.path("wrong.json")
    with open(config, "w") as file:
        json.dump({"limits": {"rowsPerImport": "many"}}, file)
    activate = subprocess.Popen(
        [
            "systemd-socket-activate",
            "-l",
            path,
            "-E",
            "SWIFT_BACKTRACE=enable=no",
            program("musterd"),
            "--data",
            run.path("activated"),
            "--config",
            config,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    end = time.monotonic() + 10
    while not os.path.exists(path) and time.monotonic() < end:
        time.sleep(0.02)
    begun = time.monotonic()
    environment = dict(os.environ, XDG_STATE_HOME=run.path("dies-state"), MUSTER_RECONNECT_SECONDS="4")
    file = run.path("one.csv")
    with open(file, "w") as opened:
        opened.write("email\na@example.org\n")
    try:
        ended = subprocess.run(
            [program("muster"), "--socket", path, "import", file, "--yes"],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
        )
        code, said = ended.returncode, ended.stderr.strip()
    except subprocess.TimeoutExpired:
        code, said = None, ""
    seconds = time.monotonic() - begun
    if activate.poll() is None:
        os.killpg(activate.pid, signal.SIGKILL)
    activate.wait()
    line.sent = "an import to a daemon whose configuration is wrong"
    line.answer(f"{code} after {seconds:.1f} s: {said.splitlines()[-1][:140] if said else 'nothing'}")
    line.expect(code == 1 and said, "the command hangs without a word")
    line.expect(
        seconds <= 4 + GRACE_SECONDS * (3 if attack.debug else 1), f"it gives up after {seconds:.0f} s"
    )


@attack("start-check-config", short=True)
def check_config(attack, line):
    """musterd --check-config of right and wrong files"""
    run = attack.run
    cases = {
        "right": ({"limits": {"rowsPerImport": 0}}, 0),
        "unknown key": ({"limitz": {}}, 1),
        "wrong value": ({"limits": {"rowsPerImport": "x"}}, 1),
        "wrong scope": ({"access": {"policy": [{"user": 0, "workspaces": ["*"], "scopes": ["all"]}]}}, 1),
        "no such user": (
            {"access": {"policy": [{"user": "nobody-such", "workspaces": ["*"], "scopes": []}]}},
            1,
        ),
        "no JSON": ("{", 1),
        "empty": ("", 1),
        "missing": (None, 1),
    }
    found = {}
    for name, (content, _) in cases.items():
        path = run.path("config-" + name.replace(" ", "-"))
        if content is not None:
            with open(path, "w") as file:
                file.write(content if isinstance(content, str) else json.dumps(content))
        try:
            ended = subprocess.run(
                [program("musterd"), "--check-config", path],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=20,
            )
            found[name] = ended
        except subprocess.TimeoutExpired:
            line.expect(False, f"{name}: it hangs")
    line.sent = f"{len(cases)} files"
    line.answer(", ".join(f"{name}: {ended.returncode}" for name, ended in found.items()))
    for name, ended in found.items():
        right = cases[name][1]
        line.expect(
            (ended.returncode == 0) == (right == 0) and ended.returncode >= 0,
            f"{name}: ended with {ended.returncode}",
        )
        if right:
            line.expect(len(ended.stderr.strip()) > 15, f"{name}: says nothing")
    wrong = found.get("wrong scope")
    line.expect(wrong and "policy[0]" in wrong.stderr, "it does not name the place in the file")


def started(arguments, seconds, environment=None, preexec=None):
    """A start of musterd: the process (None once it has ended), its code and what it said."""
    process = subprocess.Popen(
        [program("musterd"), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ, SWIFT_BACKTRACE="enable=no", **(environment or {})),
        preexec_fn=preexec,
        start_new_session=True,
    )
    socket_path = arguments[arguments.index("--socket") + 1]
    end = time.monotonic() + seconds
    from call import answers

    while time.monotonic() < end and process.poll() is None:
        if answers(socket_path, HEALTH, seconds=2):
            return process, None, ""
        time.sleep(0.05)
    code = process.poll()
    if code is None:
        os.killpg(process.pid, signal.SIGKILL)
    said = process.communicate()[1]
    return None, code, said


def end(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@attack("start-emptydir")
def emptydir(attack, line):
    """a socket and data in a directory that everybody may write to, as Kubernetes' emptyDir is"""
    run = attack.run
    seconds = 20
    directory = run.path("emptydir")
    os.mkdir(directory)
    os.chmod(directory, 0o777)
    process, code, said = started(
        ["--socket", directory + "/muster.sock", "--data", run.path("emptydata")], seconds
    )
    line.answer(f"DIR/muster.sock: {'served' if process else code}")
    line.expect(process is None and code and code > 0, "DIR/muster.sock is served, or the start hangs")
    line.expect("muster/muster.sock" in said, f"the refusal names no better path: {said.strip()[-200:]}")
    if process:
        end(process)
    process, code, said = started(
        ["--socket", directory + "/muster/muster.sock", "--data", directory + "/muster-data"], seconds
    )
    line.answer(f"DIR/muster/muster.sock: {'served' if process else code}")
    if line.expect(process is not None, f"DIR/muster/muster.sock is refused: {said.strip()[-200:]}"):
        for made in ("muster", "muster-data"):
            mode = os.stat(os.path.join(directory, made)).st_mode & 0o777
            line.expect(mode in (0o700,), f"DIR/{made} has mode {mode:o}")
        with Peer(directory + "/muster/muster.sock") as peer:
            line.expect(peer.answer(HEALTH, b"").status == "OK", "health fails")
        end(process)
    # Planted by another user before the daemon starts.
    if os.getuid() == 0:
        for kind in ("directory", "link"):
            planted = run.path(f"planted-{kind}")
            os.mkdir(planted)
            os.chmod(planted, 0o777)
            if kind == "directory":
                os.mkdir(planted + "/muster")
                os.chown(planted + "/muster", READER, READER)
            else:
                os.mkdir(planted + "/elsewhere")
                os.symlink("elsewhere", planted + "/muster")
                os.lchown(planted + "/muster", READER, READER)
            process, code, said = started(
                ["--socket", planted + "/muster/muster.sock", "--data", run.path(f"planted-data-{kind}")], 8
            )
            line.answer(f"planted {kind}: {'served' if process else code}")
            line.expect(process is None, f"a planted {kind} is used")
            if process:
                end(process)
    line.sent = "starts in a directory of mode 0777"


@attack("start-descriptors", short=True)
def descriptors(attack, line):
    """ulimit -n of 16, 256, 1,024 and 4,096: too few are refused with the need named"""
    run = attack.run
    found = {}
    for count in (16, 256, 1_024, 4_096):

        def limit(count=count):
            resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))

        process, code, said = started(
            ["--socket", run.path(f"n{count}.sock"), "--data", run.path(f"n{count}")], 20, preexec=limit
        )
        found[count] = "serves" if process else code
        if process:
            end(process)
        else:
            line.expect(code is not None and code > 0, f"with {count} it ended with {code}")
            line.expect(
                str(count) in said and "ulimit" in said,
                f"with {count} it does not name the need: {said.strip()[-160:]}",
            )
    line.sent = "starts with few file descriptors"
    line.answer(", ".join(f"{count}: {what}" for count, what in found.items()))
    line.expect(found[4_096] == "serves", "it does not serve with 4,096")
    line.expect(found[16] != "serves", "it serves with 16")


@attack("start-address-space")
def address_space(attack, line):
    """ulimit -v of 250, 400 and 800 MiB, and then rows, previews and large messages"""
    run = attack.run
    found = {}
    begin = wire.begin(["external_id", "name"], preview=True)
    chunk = message(wire.chunk(0, [[f"v{number}", "x" * 40] for number in range(40_000)]))
    for mib in (250, 400, 800):

        def limit(mib=mib):
            resource.setrlimit(resource.RLIMIT_AS, (mib << 20, mib << 20))

        path = run.path(f"v{mib}.sock")
        process, code, said = started(["--socket", path, "--data", run.path(f"v{mib}")], 20, preexec=limit)
        if not process:
            found[mib] = code
            line.expect(
                code is not None and code > 0, f"with {mib} MiB the start ended with {code}: {said[-200:]}"
            )
            continue
        peers = [Peer(path) for _ in range(30)]
        for peer in peers:
            call = peer.call(IMPORT, begin, ends=False)
            for _ in range(3):
                peer.add(call, chunk)
            peer.call(IMPORT, ends=False, raw=message(bytes(16 << 20))[: 15 << 20])
        pump(peers, 6)
        for peer in peers:
            peer.close()
        found[mib] = "serves" if process.poll() is None else process.returncode
        line.expect(process.poll() is None, f"with {mib} MiB it ended with {process.returncode}")
        end(process) if process.poll() is None else process.communicate()
    line.sent = "30 connections of previews and half-sent messages"
    line.answer(", ".join(f"{mib} MiB: {what}" for mib, what in found.items()))
