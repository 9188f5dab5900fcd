"""One user takes all there is: connections, exports, checks and backups, workspaces in use."""

import time

import wire
from call import PREFACE
from line import attack, needs_root
from peer import Peer, counted, pump
from target import ADMIN, EXPORT, HEALTH, IMPORT, READER, RULES, STRANGER, WRITER

CONNECTIONS_MAX, STRANGERS_MAX, EXPORTS_MAX = 1_000, 16, 32
# Connections beyond a share wait in so many further places, where no call of theirs is served.
WAITING_MAX = 64
KEPT_FOR_ROOT = 16
OTHERS = range(2_010, 2_014)
CHECK = "/muster.v1.MaintenanceService/CheckWorkspace"
BACK_UP = "/muster.v1.MaintenanceService/BackUpWorkspace"


def hold(self, path, count):
    """Takes as many connections as it gets, and holds them by answering PINGs: how many it has."""
    peers, failed = [], 0
    while len(peers) < count and failed < 3:
        fresh = [Peer(path) for _ in range(50)]
        pump(fresh, 5, lambda: all(peer.is_settled or peer.closed for peer in fresh))
        peers += [peer for peer in fresh if not peer.closed]
        failed = failed + 1 if all(peer.closed for peer in fresh) else 0
    self.begun.set()
    while not self.over.is_set():
        pump(peers, 0.2)
        peers = [peer for peer in peers if not peer.closed]
        if not peers:
            time.sleep(0.05)
    return len(peers)


def open_count(path, count):
    """How many of so many connections are served at once."""
    peers = [Peer(path) for _ in range(count)]
    calls = [peer.call(HEALTH, b"") for peer in peers]
    pump(peers, 10, lambda: all(call.status or peer.closed for call, peer in zip(calls, peers)))
    served = sum(call.status == "OK" for call in calls)
    for peer in peers:
        peer.close()
    return served


@attack("connections-hold", short=True)
def hold_all(attack, line):
    """one user takes every connection that it gets, and holds it"""
    needs_root()
    target = line.target(fresh=True)
    beside = attack.beside(target)
    attacker = target.attacker(READER, hold, 1_200)
    attacker.has_begun()
    with beside:
        beside.wait(3)
        root = open_count(target.socket, KEPT_FOR_ROOT - 4)
        other = target.attacker(ADMIN, lambda self, path: open_count(path, 200)).result(ends=False)
    held = attacker.result()
    line.sent = "connections of one user, up to 1,200"
    line.answer(
        f"{held} held; beside them root gets {root} of {KEPT_FOR_ROOT - 4}, another user {other} of 200"
    )
    line.beside(beside)
    line.expect(
        held <= CONNECTIONS_MAX // 2 + WAITING_MAX, f"one user holds {held} connections, more than half"
    )
    line.expect(root == KEPT_FOR_ROOT - 4, f"root gets {root} connections")
    line.expect(other == 200, f"another user gets {other} connections of 200")


@attack("connections-hold-many")
def hold_many(attack, line):
    """five users take every connection that they get; root and a sixth call"""
    needs_root()
    rules = [{"user": uid, "workspaces": ["*"], "scopes": ["members:read"]} for uid in OTHERS]
    target = line.target(fresh=True, config={"access": {"policy": RULES + rules}})
    beside = attack.beside(target)
    attackers = []
    for uid in [READER, *OTHERS]:
        attackers.append(target.attacker(uid, hold, 1_200))
        attackers[-1].has_begun()
    with beside:
        beside.wait(3)
    held = [each.result() for each in attackers]
    line.sent = "connections of five users, up to 1,200 each"
    line.answer(f"{held} held")
    line.beside(beside)
    line.expect(all(held), "a user gets no connection")


@attack("connections-strangers", short=True)
def strangers(attack, line):
    """a user whom no rule is about takes every connection that it gets"""
    needs_root()
    target = line.target()
    beside = attack.beside(target)
    attacker = target.attacker(STRANGER, hold, 200)
    attacker.has_begun()
    with beside:
        beside.wait(2)
    held = attacker.result()
    line.sent = "connections of a stranger, up to 200"
    line.answer(f"{held} held")
    line.beside(beside)
    line.expect(held <= STRANGERS_MAX, f"a stranger holds {held} connections")


@attack("connections-churn")
def churn(attack, line):
    """connections that come and go as fast as they can, with half a preface or none"""
    target = line.target()

    def come_and_go(self, path):
        self.begun.set()
        count = 0
        while not self.over.is_set():
            for octets in (b"", PREFACE[:12], PREFACE, b"GET / HTTP/1.1\r\n\r\n"):
                peer = Peer(path, starts=False)
                if octets and not peer.closed:
                    peer.send(octets)
                    peer.write()
                peer.close()
                count += 1
        return count

    beside = attack.beside(target)
    attacker = target.attacker(READER, come_and_go)
    attacker.has_begun()
    with beside:
        beside.wait(3 if attack.short else 8)
    count = attacker.result()
    line.sent = f"{count} connections that end at once"
    line.beside(beside, 0.1 if attack.debug else 0.3)


def held_calls(attack, line, uid, path, octets, count, most, others):
    """One user begins calls that never end, for it reads nothing; then others do the same call."""
    target = line.target(fresh=True)
    target.daemon.fill_catalogue()
    target.daemon.import_file(target.run.members(20_000))

    def begin(self, socket):
        peers = [Peer(socket, window=0, grants=False) for _ in range(count)]
        calls = [peer.call(path, octets) for peer in peers]
        pump(peers, 3, lambda: sum(bool(call.status) for call in calls) >= count - most)
        self.begun.set()
        while not self.over.is_set():
            pump(peers, 0.2)
        return [call.status for call in calls if call.status]

    attacker = target.attacker(uid, begin)
    attacker.has_begun()

    def once(self, socket):
        with Peer(socket) as peer:
            return peer.answer(path, octets, seconds=20).status

    found = {who: target.attacker(number, once).result(ends=False) for who, number in others.items()}
    ended = attacker.result()
    return target, ended, found


@attack("connections-exports")
def exports(attack, line):
    """one user begins 40 exports and reads none; root and another user export"""
    needs_root()
    _, ended, found = held_calls(
        attack, line, READER, EXPORT, b"", 40, EXPORTS_MAX, {"root": 0, "another user": WRITER}
    )
    line.sent = "40 exports that are not read"
    line.answer(
        f"{40 - len(ended)} held, {counted(ended)}; beside them "
        + ", ".join(f"{who}: {status}" for who, status in found.items())
    )
    line.expect(set(found.values()) == {"OK"}, "others cannot export")
    line.expect(40 - len(ended) <= EXPORTS_MAX // 2, f"one user holds {40 - len(ended)} exports")


@attack("connections-backups", short=True)
def backups(attack, line):
    """one user begins 12 backups and reads none; root and another user back up and check"""
    needs_root()
    _, ended, found = held_calls(attack, line, ADMIN, BACK_UP, b"", 12, 4, {"root": 0})
    line.sent = "12 backups that are not read"
    line.answer(
        f"{12 - len(ended)} held, {counted(ended)}; beside them "
        + ", ".join(f"{who}: {status}" for who, status in found.items())
    )
    line.expect(set(found.values()) == {"OK"}, "root cannot back up")


@attack("connections-checks")
def checks(attack, line):
    """one user begins 12 checks and reads none; root and another user check"""
    needs_root()
    _, ended, found = held_calls(
        attack, line, READER, CHECK, b"", 12, 4, {"root": 0, "another user": WRITER}
    )
    line.sent = "12 checks that are not read"
    line.answer(
        f"{12 - len(ended)} held, {counted(ended)}; beside them "
        + ", ".join(f"{who}: {status}" for who, status in found.items())
    )
    line.expect(set(found.values()) == {"OK"}, "others cannot check")


@attack("connections-workspaces", short=True)
def workspaces(attack, line):
    """one user keeps 132 workspaces in use with previews that never end; another imports into one more"""
    needs_root()
    target = line.target(fresh=True)
    names = [f"w{number}" for number in range(132)]
    for name in names:
        created = wire.messages().workspaces.CreateWorkspaceRequest(name=name)
        target.must("/muster.v1.WorkspaceService/CreateWorkspace", created)
    target.daemon.fill_catalogue()
    begins = [wire.begin(["email"], preview=True, workspace=name) for name in names]

    def begin(self, socket):
        peers = [Peer(socket) for _ in range(2)]
        calls = [peers[number % 2].call(IMPORT, octets, ends=False) for number, octets in enumerate(begins)]
        pump(peers, 3)
        self.begun.set()
        while not self.over.is_set():
            pump(peers, 0.2)
        return [call.status for call in calls if call.status]

    attacker = target.attacker(READER, begin)
    attacker.has_begun()
    ended = target.command("label", "list", uid=WRITER, workspace="default")
    imported = target.command(
        "import", attack.import_files[0], "--yes", uid=0, seconds=20, workspace="default"
    )
    refused = attacker.result()
    line.sent = "132 previews that never end, in 132 workspaces"
    line.answer(
        f"{132 - len(refused)} held, {counted(refused)}; beside them another user lists labels:"
        f" {ended.returncode}, root imports: {imported.returncode}"
    )
    line.expect(ended.returncode == 0, f"another user is shut out: {ended.stderr.strip()[-200:]}")
    line.expect(imported.returncode in (0, 2), f"root is shut out: {imported.stderr.strip()[-200:]}")


@attack("connections-watches")
def watches(attack, line):
    """one user watches health on 128 streams of each of 100 connections"""
    target = line.target(fresh=True)

    def watch(self, path):
        peers = [Peer(path) for _ in range(100)]
        for peer in peers:
            for _ in range(100):
                peer.call("/grpc.health.v1.Health/Watch", b"")
        pump(peers, 5)
        self.begun.set()
        while not self.over.is_set():
            pump(peers, 0.2)
        return sum(
            1 for peer in peers for call in peer.calls.values() if not call.status and not peer.closed
        )

    beside = attack.beside(target)
    attacker = target.attacker(READER, watch)
    attacker.has_begun()
    with beside:
        beside.wait(5)
    line.sent = "10,000 watches of health"
    line.answer(f"{attacker.result()} held")
    line.beside(beside)
    line.memory(target)
    line.expect(target.memory_mib("VmHWM") <= 322, "memory over 320 MiB")
    seconds = target.stop_seconds()
    line.may_end = True
    line.answer(f"SIGTERM under them: the end after {seconds:.1f} s")
    line.expect(seconds <= 10, "SIGTERM takes longer than 10 s")
