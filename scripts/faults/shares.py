"""P22: no caller shuts the others out: root always gets in, and others have at least half.

One user takes all connections, exports, backups and watches that it can get, and reads nothing of them.
Then root and another user check the daemon's health, import, export and check, by the command, which
gives up at once where it would have to wait. A command of the user that holds all says why it waits, and
ends well once there is room. In the long form two users take all they can, one after the
other; each finds at least half of what the earlier ones have left.
"""
import json
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import time

from call import DATA, END_HEADERS, END_STREAM, HEADERS, PREFACE, SETTINGS, field, frame
from common import expect, main

# Users that no machine of ours has; the daemon's own one is root.
FLOODERS = [65_533, 60_001]
OTHER_USER = 4_321
# What PROTOCOL.md says: in all, and of that kept for root and the daemon's user.
CONNECTIONS, CONNECTIONS_KEPT, WAITING, WAITING_KEPT = 1_000, 16, 64, 8
EXPORTS, EXPORTS_KEPT, MAINTENANCE, MAINTENANCE_KEPT = 32, 4, 8, 2
MEMBERS = 5_000
# Connections that are tried; more than there are.
TRIED = CONNECTIONS + WAITING + 50
NO_WINDOW = b"\x00\x04\x00\x00\x00\x00"
PING = frame(6, 0, 0, b"12345678")
# Far less than the daemon's bound on silence.
PING_SECONDS = 5
FLOOD_SECONDS_MAX = 120
# An answer that fits into the daemon's buffers may end unread, and another call take its place.
ENDED_MAX = 2
# How long the daemon may take to refuse a call, on a loaded machine.
REFUSAL_SECONDS_MAX = 5
COMMAND_SECONDS_MAX = 60


def half(count):
    """What one user gets of so many that are free."""
    return count - count // 2


# --- The flooder, a process of its own that becomes another user.


class Connection:
    """A connection that is held: it sends what it is told, and counts what is refused."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.taken = b""
        self.is_open = True
        self.is_greeted = False
        # Of each call the status, once it has one; a daemon that lets a call run sends none.
        self.ended = set()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            self.is_open = False

    def receive(self):
        try:
            part = self.socket.recv(65_536)
        except OSError:
            part = b""
        if not part:
            self.is_open = False
        self.taken += part
        while len(self.taken) >= 9:
            length = int.from_bytes(self.taken[:3], "big")
            if len(self.taken) < 9 + length:
                return
            kind, flags = self.taken[3], self.taken[4]
            stream = int.from_bytes(self.taken[5:9], "big")
            self.is_greeted = True
            if kind == HEADERS and flags & END_STREAM:
                self.ended.add(stream)
            self.taken = self.taken[9 + length:]

    def call(self, stream, path, message=b""):
        fields = [(":method", "POST"), (":scheme", "http"), (":path", path),
                  (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers")]
        headers = b"".join(field(name, value) for name, value in fields)
        body = bytes([0]) + len(message).to_bytes(4, "big") + message
        self.send(frame(HEADERS, END_HEADERS, stream, headers) + frame(DATA, END_STREAM, stream, body))


def receive_until(connections, is_done):
    end = time.monotonic() + FLOOD_SECONDS_MAX
    while not is_done():
        if time.monotonic() > end:
            raise TimeoutError("the daemon does not answer the flooder")
        waiting = select.poll()
        by_number = {}
        for connection in connections:
            if connection.is_open:
                waiting.register(connection.socket, select.POLLIN)
                by_number[connection.socket.fileno()] = connection
        for number, _ in waiting.poll(100):
            by_number[number].receive()


def flood(path, user, fair):
    """Takes all it can get as a user, says how much that is, and holds it until its input ends.

    fair: how many calls of each kind the daemon lets run; it refuses the others in its own time.
    """
    resource.setrlimit(resource.RLIMIT_NOFILE, (2 * TRIED, 2 * TRIED))
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    first = Connection(path)
    first.send(PREFACE + frame(SETTINGS, 0, 0, NO_WINDOW))
    connections = [first]
    receive_until(connections, lambda: first.is_greeted or not first.is_open)
    calls = {
        "exports": ["/muster.v1.MemberService/ExportMembers"] * EXPORTS,
        "backups": ["/muster.v1.MaintenanceService/BackUpWorkspace"] * MAINTENANCE,
        "watches": ["/grpc.health.v1.Health/Watch"] * 60,
    }
    stream, streams = 1, {}
    for kind, paths in calls.items():
        streams[kind] = []
        for name in paths:
            first.call(stream, name)
            streams[kind].append(stream)
            stream += 2
    for _ in range(TRIED - 1):
        connection = Connection(path)
        connection.send(PREFACE + frame(SETTINGS, 0, 0, NO_WINDOW))
        connections.append(connection)
    receive_until(connections, lambda: all(one.is_greeted or not one.is_open for one in connections))
    def held_calls():
        return {kind: len(set(numbers) - first.ended) for kind, numbers in streams.items()}

    refused_by = time.monotonic() + REFUSAL_SECONDS_MAX
    receive_until([first], lambda: time.monotonic() > refused_by or not first.is_open
                  or all(held_calls()[kind] <= count for kind, count in fair.items()))
    held = held_calls()
    held["connections"] = sum(one.is_open for one in connections)
    print(json.dumps(held), flush=True)
    while not select.select([sys.stdin], [], [], PING_SECONDS)[0]:
        for connection in connections:
            if connection.is_open:
                connection.send(PING)


# --- The test.


class Flooder:
    def __init__(self, run, path, user, free):
        fair = json.dumps({kind: half(free[kind]) for kind in ("exports", "backups")})
        # Its own user need not be able to read this file: it becomes that user here.
        command = [sys.executable, os.path.abspath(__file__), "--flood", path, str(user), fair]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        run.imports.append(self)
        line = self.process.stdout.readline()
        expect(line, f"the flooder of user {user} ended: the daemon does not answer it")
        self.held = json.loads(line)

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def begin(run, daemon, user, *arguments, patience="0"):
    """Starts a command as a user, which waits so many seconds for room."""
    def become():
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)

    state = run.path(f"state-{user}")
    if not os.path.exists(state):
        os.mkdir(state)
        os.chown(state, user, user)
    environment = dict(os.environ, XDG_STATE_HOME=state, HOME=state, MUSTER_RECONNECT_SECONDS=patience)
    return subprocess.Popen(
        [run.path("muster"), "--socket", daemon.socket, *arguments], cwd=state, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        errors="replace", preexec_fn=become)


def end_well(process, what):
    try:
        _, said = process.communicate(timeout=COMMAND_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        expect(False, f"{what} hangs")
    expect(process.returncode == 0, f"{what} ended with {process.returncode}: {said.strip()[-300:]}")


def command(run, daemon, user, *arguments):
    """Runs a command as a user, which must end well, and at once: the seconds that it took."""
    begun = time.monotonic()
    end_well(begin(run, daemon, user, *arguments), f"muster {arguments[0]} of user {user}")
    return time.monotonic() - begun


def waits_for_room(run, daemon, user, flooder):
    """A command of a user whose share is used up says why it waits, and ends well when it is not."""
    process = begin(run, daemon, user, "label", "list", patience=str(COMMAND_SECONDS_MAX))
    said = process.stderr.readline()
    expect("The daemon is full" in said, f"a command that waits for room says: {said.strip()!r}")
    flooder.kill()
    end_well(process, "a command that has waited for room")


def use(run, daemon, path, user):
    """All that a caller may want, one after another: the longest that one took."""
    wanted = [["health"], ["import", path], ["export"], ["check"], ["imports", "list"],
              ["member", "list", "--limit", "1"]]
    return max(command(run, daemon, user, *arguments) for arguments in wanted)


def make_daemon(run, users):
    scopes = ["members:admin", "workspace:admin"]
    rules = [{"user": user, "workspaces": ["*"], "scopes": scopes} for user in users]
    config = {"limits": {"rowsPerImport": 0, "bytesPerImport": 0}, "socket": {"mode": "0666"},
              "access": {"policy": rules}}
    daemon = run.daemon(config=config).start()
    # Others pass through to the socket and the command, and list nothing.
    os.chmod(run.directory, 0o711)
    shutil.copy(os.path.join(os.path.dirname(daemon.muster_command()[0]), "muster"), run.path("muster"))
    os.chmod(run.path("muster"), 0o755)
    path = run.path("members.csv")
    with open(path, "w") as file:
        file.write("external_id,name\n")
        file.writelines(f"u{number},{'n' * 2_000}\n" for number in range(MEMBERS))
    os.chmod(path, 0o644)
    daemon.import_file(path)
    return daemon, path


def test(run):
    expect(os.geteuid() == 0, "this test becomes other users, and so has to be run by root")
    users = FLOODERS[:1] if run.short else FLOODERS
    daemon, path = make_daemon(run, [*users, OTHER_USER])
    flooders, figures = [], []
    free = {"connections": CONNECTIONS - CONNECTIONS_KEPT, "exports": EXPORTS - EXPORTS_KEPT,
            "backups": MAINTENANCE - MAINTENANCE_KEPT}
    waiting = WAITING - WAITING_KEPT
    for user in users:
        flooders.append(Flooder(run, daemon.socket, user, free))
        held = flooders[-1].held
        figures.append("/".join(str(held[kind]) for kind in free))
        served = held["connections"] - half(waiting)
        waiting -= half(waiting)
        for kind, count in dict(held, connections=served).items():
            if kind not in free:
                continue
            expect(count >= half(free[kind]), f"user {user} gets {count} {kind} of {free[kind]} that"
                   " are free: less than half")
            most = half(free[kind]) + (0 if kind == "connections" else ENDED_MAX)
            expect(count <= most, f"user {user} gets {count} {kind} of {free[kind]} that"
                   " are free: more than half")
            free[kind] -= count
    seconds = use(run, daemon, path, 0)
    others = use(run, daemon, path, OTHER_USER)
    waits_for_room(run, daemon, users[0], flooders[0])
    expect(daemon.runs, "the daemon has ended")
    return (f"connections/exports/backups held by {len(users)} users: {', '.join(figures)}; beside them"
            f" root's slowest command took {seconds:.1f} s, another user's {others:.1f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--flood"]:
        flood(sys.argv[2], int(sys.argv[3]), json.loads(sys.argv[4]))
    else:
        main(__doc__, test, ["ignores-shares"])
