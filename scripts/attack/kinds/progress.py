"""What a client waits for: the first acknowledgement, and the end of a daemon."""

import signal
import statistics
import time

import wire
from line import attack
from peer import message, pump
from target import EXPORT, IMPORT

ACKNOWLEDGED_SECONDS_MAX = 0.05
STOP_SECONDS_MAX = 10
# The calls end at once; a connection that its client leaves open is closed 2 s later.
UNREAD_SECONDS_MAX = 3.5


@attack("progress-first", short=True)
def first(attack, line):
    """the first acknowledgement of one row that is sent alone"""
    target = line.target()
    tries = 30 if attack.short else 200
    seconds = []
    for number in range(tries):
        with target.peer(keeps=True) as peer:
            call = peer.call(IMPORT, wire.begin(["external_id"]), ends=False)
            peer.pump(10, lambda: wire.answers(call.body))
            begun = time.monotonic()
            peer.add(call, message(wire.chunk(0, [[f"ack{number}"]])))
            peer.pump(
                10,
                lambda: any(answer.progress.committed for answer in wire.answers(call.body)) or call.status,
            )
            seconds.append(time.monotonic() - begun)
            peer.add(call, message(wire.finish(1)))
            peer.end(call)
            peer.pump(10, lambda: call.status)
            line.expect(call.status == "OK", f"the import ended with {call.status}")
    median = statistics.median(seconds)
    line.sent = f"{tries} imports of one row"
    line.answer(f"acknowledged after {median * 1000:.0f} ms (median), {max(seconds) * 1000:.0f} ms (most)")
    line.expect(
        median <= ACKNOWLEDGED_SECONDS_MAX * (2 if attack.short else 1),
        f"the first acknowledgement takes {median * 1000:.0f} ms",
    )


@attack("progress-second")
def second(attack, line):
    """progress of an import that sends a row at a time: at most 4 a second, but the first"""
    target = line.target()
    with target.peer(keeps=True) as peer:
        call = peer.call(IMPORT, wire.begin(["external_id"]), ends=False)
        peer.pump(10, lambda: wire.answers(call.body))
        begun = time.monotonic()
        number = 0
        while time.monotonic() - begun < 2:
            peer.add(call, message(wire.chunk(number, [[f"row{number}"]])))
            number += 1
            peer.pump(0.01)
        took = time.monotonic() - begun
        count = sum(answer.HasField("progress") for answer in wire.answers(call.body))
        peer.add(call, message(wire.finish(number)))
        peer.end(call)
        peer.pump(20, lambda: call.status)
    line.sent = f"{number} rows, one at a time, in {took:.1f} s"
    line.answer(f"{count} progresses, then {call.status}")
    line.expect(count <= took * 4 + 2, f"{count} progresses in {took:.1f} s")


@attack("stop-watch", short=True)
def watch(attack, line):
    """a watch of health, and the daemon is told to stop"""
    target = line.target(fresh=True)
    line.may_end = True
    with target.peer(keeps=True) as peer:
        call = peer.call("/grpc.health.v1.Health/Watch", b"")
        peer.pump(10, lambda: call.body)
        begun = time.monotonic()
        target.daemon.process.send_signal(signal.SIGTERM)
        peer.pump(15, lambda: call.status or peer.closed)
        target.daemon.wait()
        seconds = time.monotonic() - begun
        states, at = [], 0
        body = call.body or b""
        while at + 5 <= len(body):
            length = int.from_bytes(body[at + 1 : at + 5], "big")
            content = body[at + 5 : at + 5 + length]
            states.append(
                {b"": "UNKNOWN", b"\x08\x01": "SERVING", b"\x08\x02": "NOT_SERVING"}.get(content, "?")
            )
            at += 5 + length
    line.sent = "Health.Watch, then SIGTERM"
    line.answer(f"{', '.join(states)}, then {call.status or peer.closed}; the end after {seconds:.1f} s")
    line.expect(states[:1] == ["SERVING"] and states[-1:] == ["NOT_SERVING"], f"it was told {states}")


def stopping(name, says, short, make, seconds_max):
    def one(attack, line):
        target = line.target(fresh=True)
        line.may_end = True
        target.daemon.fill_catalogue()
        target.daemon.import_file(target.run.members(6_000))
        peers = make(target)
        pump(peers, 2 if attack.short else 4)
        seconds = target.stop_seconds()
        line.sent = f"{says}, then SIGTERM"
        line.answer(f"the end after {seconds:.2f} s")
        line.expect(seconds <= seconds_max, f"it took {seconds:.1f} s to end, not {seconds_max} s")

    one.__doc__ = says
    attack(f"stop-{name}", short=short)(one)


def unread(target):
    peers = [target.peer(window=0, grants=False), target.peer(window=1 << 30)]
    for peer in peers:
        peer.call(EXPORT, b"")
    pump(peers, 1)
    peers[1].reads = False
    return peers


def busy(target):
    peers = unread(target)
    begin = wire.begin(["external_id", "email", "name"])
    for number in range(5):
        peers.append(target.peer())
        call = peers[-1].call(IMPORT, begin, ends=False)
        first = 0
        for _ in range(10):
            rows = [
                [f"b{number}-{at}", f"b{number}.{at}@example.org", "x"]
                for at in range(first, first + 20_000)
            ]
            peers[-1].add(call, message(wire.chunk(first, rows)))
            first += 20_000
    for _ in range(4):
        peers.append(target.peer())
        peers[-1].call(EXPORT, b"")
    return peers


stopping("exports", "2 exports that are not read", True, unread, UNREAD_SECONDS_MAX)
stopping("busy", "5 imports, 4 exports, and 2 that are not read", False, busy, STOP_SECONDS_MAX)
