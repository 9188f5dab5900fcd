"""Frames that no client sends, as many of them as go: floods, bombs, halves, and silence."""

import os
import random
import struct
import time

from call import DATA, END_HEADERS, END_STREAM, HEADERS, PREFACE, SETTINGS, frame
from line import attack
from peer import (
    ACK,
    CONTINUATION,
    GOAWAY,
    PING,
    PRIORITY,
    RST_STREAM,
    WINDOW_UPDATE,
    Peer,
    block,
    counted,
    long_field,
    pump,
)
from target import HEALTH, IMPORT, READER

GROWTH_MIB_MAX = 96
# How long a peer that is silent, or sends half a preface, may hold its connection.
SILENT_SECONDS_MAX = 33


def flood(self, path, make, peers_count=4, reads=True):
    """Sends what make(peer) gives, again and again, on a few connections that are opened anew."""
    peers = [Peer(path, reads=reads) for _ in range(peers_count)]
    self.begun.set()
    ends, sent, frames = [], 0, 0
    while not self.over.is_set():
        for number, peer in enumerate(peers):
            if peer.closed:
                ends.append(f"GOAWAY {peer.goaway[0]}" if peer.goaway else peer.closed)
                sent += peer.sent_bytes
                peers[number] = peer = Peer(path, reads=reads)
                if peer.closed:
                    time.sleep(0.01)
                    continue
            if peer.out_bytes < 1 << 16:
                peer.send(make(peer))
                frames += 1
        pump(peers, 0)
        for peer in peers:
            if peer.calls and len(peer.calls) > 1_000:
                peer.calls.clear()
    return ends, sent + sum(peer.sent_bytes for peer in peers)


def flooding(name, says, make, *, short=False, reads=True, ends=True):
    """An attack that floods; make(peer): the next bytes. ends: whether connections must be ended."""

    def one(attack, line):
        target = line.target()
        beside = attack.beside(target)
        line.before_mib = target.memory_mib()
        target.forget_peak()
        attacker = target.attacker(READER, lambda self, path: flood(self, path, make, reads=reads))
        attacker.has_begun()
        with beside:
            beside.wait(1.5 if attack.short else 6)
        found, sent = attacker.result()
        line.sent = f"{sent / (1 << 20):.1f} MiB of it"
        line.answer(
            f"{len(found)} connections ended: {counted(found)[:160]}" if found else "no connection ended"
        )
        # The attacker takes a processor of two, and what it sends is read.
        line.beside(beside, 0.05 if attack.debug else 0.25)
        growth = target.memory_mib("VmHWM") - line.before_mib
        line.expect(growth <= GROWTH_MIB_MAX, f"memory grows by {growth:.0f} MiB")
        if ends:
            line.expect(found, "it goes on without an end")
            # Lines are bounded a minute for each user: one of an attack before counts too.
            log = target.log()
            line.expect(
                "uid" in log.lower() and str(READER if os.getuid() == 0 else 0) in log,
                "no line of the log names the uid of the connection that was ended",
            )

    one.__doc__ = says
    attack(f"frames-{name}", short=short)(one)


def rapid_reset(peer):
    octets = b""
    for _ in range(50):
        stream, peer.next_stream = peer.next_stream, peer.next_stream + 2
        octets += frame(HEADERS, END_HEADERS, stream, block(IMPORT))
        octets += frame(RST_STREAM, 0, stream, struct.pack(">I", 8))
    return octets


def begun_stream(peer):
    """A stream that is open: its number."""
    if not getattr(peer, "flooded", None):
        peer.flooded, peer.next_stream = peer.next_stream, peer.next_stream + 2
        peer.send(frame(HEADERS, END_HEADERS, peer.flooded, block(IMPORT)))
    return peer.flooded


def continuations(peer):
    """A header block that never ends."""
    if not getattr(peer, "flooded", None):
        peer.flooded = peer.next_stream
        return frame(HEADERS, 0, peer.flooded, block(HEALTH))
    return frame(CONTINUATION, 0, peer.flooded, long_field("x", "y" * 8_000))


def empty_continuations(peer):
    if not getattr(peer, "flooded", None):
        peer.flooded = peer.next_stream
        return frame(HEADERS, 0, peer.flooded, block(HEALTH))
    return frame(CONTINUATION, 0, peer.flooded) * 100


def oversized(size):
    def make(peer):
        stream, peer.next_stream = peer.next_stream, peer.next_stream + 2
        fields = block(HEALTH) + b"".join(long_field(f"x-{at}", "y" * 4_000) for at in range(size // 4_000))
        parts = [fields[at : at + 16_000] for at in range(0, len(fields), 16_000)]
        octets = frame(HEADERS, END_STREAM | (END_HEADERS if len(parts) == 1 else 0), stream, parts[0])
        for at, part in enumerate(parts[1:], 2):
            octets += frame(CONTINUATION, END_HEADERS if at == len(parts) else 0, stream, part)
        return octets

    return make


def bomb(peer):
    """A large entry of the dynamic table, named 10,000 times by one byte each."""
    stream, peer.next_stream = peer.next_stream, peer.next_stream + 2
    large = b"\x40" + long_field("x-bomb", "y" * 3_500)[1:]
    fields = block(HEALTH) + large + b"\xbe" * 10_000
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, fields)


def size_updates(peer):
    """Changes of the table's size, again and again in one block."""
    stream, peer.next_stream = peer.next_stream, peer.next_stream + 2
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, b"\x20\x3f\xe1\x1f" * 3_000 + block(HEALTH))


def many_streams(peer):
    octets = b""
    for _ in range(40):
        stream, peer.next_stream = peer.next_stream, peer.next_stream + 2
        octets += frame(HEADERS, END_HEADERS, stream, block(IMPORT))
    return octets


def unary_calls(peer):
    octets = b""
    for _ in range(40):
        stream, peer.next_stream = peer.next_stream, peer.next_stream + 2
        octets += frame(HEADERS, END_HEADERS, stream, block(HEALTH))
        octets += frame(DATA, END_STREAM, stream, b"\0\0\0\0\0")
    return octets


flooding(
    "pings", "PINGs whose answers are read", lambda peer: frame(PING, 0, 0, bytes(8)) * 200, short=True
)
flooding(
    "pings-unread",
    "PINGs whose answers are not read",
    lambda peer: frame(PING, 0, 0, bytes(8)) * 200,
    reads=False,
)
flooding("acks", "answers to PINGs that nobody sent", lambda peer: frame(PING, ACK, 0, bytes(8)) * 200)
flooding("settings", "SETTINGS", lambda peer: frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 65_535)) * 100)
flooding(
    "settings-unread",
    "SETTINGS whose answers are not read",
    lambda peer: frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 65_535)) * 100,
    reads=False,
)
flooding("resets", "calls that are reset as soon as they are begun", rapid_reset, short=True)
flooding(
    "resets-unread", "calls that are reset at once, by a peer that reads nothing", rapid_reset, reads=False
)
flooding(
    "windows",
    "WINDOW_UPDATE of 1 byte",
    lambda peer: frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1)) * 200
)
flooding(
    "windows-stream",
    "WINDOW_UPDATE of 1 byte of a stream",
    lambda peer: frame(WINDOW_UPDATE, 0, begun_stream(peer), struct.pack(">I", 1)) * 200,
)
flooding(
    "priorities",
    "PRIORITY",
    lambda peer: frame(PRIORITY, 0, 2 * random.randrange(10_000) + 1, struct.pack(">IB", 0, 1)) * 200,
)
flooding("unknown", "frames of kinds that nobody knows", lambda peer: frame(0xEE, 0, 0, b"x" * 100) * 100)
flooding(
    "unknown-large",
    "frames of 16 KiB of kinds that nobody knows",
    lambda peer: frame(0xEE, 0, 0, bytes(16_000)) * 4,
)
flooding("continuations", "a header block that never ends", continuations, short=True)
flooding("continuations-empty", "CONTINUATION without a byte, without an end", empty_continuations)
flooding("data-empty", "DATA without a byte", lambda peer: frame(DATA, 0, begun_stream(peer)) * 200)
flooding(
    "data-padded",
    "DATA of padding alone",
    lambda peer: frame(DATA, 8, begun_stream(peer), b"\x03\0\0\0") * 100,
)
flooding(
    "data-closed",
    "DATA on streams that were never begun",
    lambda peer: frame(DATA, 0, 99_999, b"x" * 1_000) * 10,
)
flooding("headers-20k", "metadata of 20 KiB", oversized(20_000), short=True, ends=False)
flooding("headers-1m", "metadata of 1 MiB", oversized(1_000_000), ends=False)
flooding("bomb", "10,000 fields of 3.5 KiB in a block of 14 KiB", bomb)
flooding("table-sizes", "3,000 changes of the table's size in a block", size_updates)
flooding("streams", "calls that are begun and never ended, more than may be", many_streams, short=True)
flooding("goaways", "GOAWAY", lambda peer: frame(GOAWAY, 0, 0, struct.pack(">II", 0, 0)) * 100, ends=False)
flooding("calls", "calls of health as fast as they go", unary_calls, ends=False)
flooding("calls-unread", "calls of health whose answers are not read", unary_calls, reads=False, ends=False)


# What must end the connection, each sent once; and the answer of a daemon that is well.
WRONG = {
    "PING between HEADERS and CONTINUATION": lambda: (
        frame(HEADERS, 0, 1, block(HEALTH)[:20])
        + frame(PING, 0, 0, bytes(8))
        + frame(CONTINUATION, END_HEADERS, 1, block(HEALTH)[20:])
    ),
    "WINDOW_UPDATE between HEADERS and CONTINUATION": lambda: (
        frame(HEADERS, 0, 1, block(HEALTH)[:20])
        + frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1))
        + frame(CONTINUATION, END_HEADERS, 1, block(HEALTH)[20:])
    ),
    "an unknown frame between HEADERS and CONTINUATION": lambda: (
        frame(HEADERS, 0, 1, block(HEALTH)[:20])
        + frame(0xEE, 0, 0, b"x")
        + frame(CONTINUATION, END_HEADERS, 1, block(HEALTH)[20:])
    ),
    "HEADERS of another stream before the end": lambda: (
        frame(HEADERS, 0, 1, block(HEALTH)[:20]) + frame(HEADERS, END_HEADERS, 3, block(HEALTH))
    ),
    "CONTINUATION of another stream": lambda: (
        frame(HEADERS, 0, 1, block(HEALTH)[:20]) + frame(CONTINUATION, END_HEADERS, 3, block(HEALTH)[20:])
    ),
    "CONTINUATION alone": lambda: frame(CONTINUATION, END_HEADERS, 1, block(HEALTH)),
    "PING of 7 bytes": lambda: frame(PING, 0, 0, bytes(7)),
    "PING of a stream": lambda: frame(PING, 0, 1, bytes(8)),
    "SETTINGS of 5 bytes": lambda: frame(SETTINGS, 0, 0, bytes(5)),
    "SETTINGS of a stream": lambda: frame(SETTINGS, 0, 1, bytes(6)),
    "SETTINGS of a frame size of 0": lambda: frame(SETTINGS, 0, 0, struct.pack(">HI", 5, 0)),
    "SETTINGS of a window over 2^31": lambda: frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 1 << 31)),
    "WINDOW_UPDATE of 0": lambda: frame(WINDOW_UPDATE, 0, 0, bytes(4)),
    "WINDOW_UPDATE beyond 2^31": lambda: frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", (1 << 31) - 1)) * 2,
    "a frame of 2 MiB": lambda: (
        struct.pack(">I", 2 << 20)[1:] + struct.pack(">BBI", DATA, 0, 1) + bytes(2 << 20)
    ),
    "DATA of stream 0": lambda: frame(DATA, 0, 0, b"x"),
    "DATA before HEADERS": lambda: frame(DATA, 0, 1, b"x"),
    "a stream of an even number": lambda: frame(HEADERS, END_HEADERS, 2, block(HEALTH)),
    "a stream of a lower number": lambda: (
        frame(HEADERS, END_HEADERS, 5, block(HEALTH)) + frame(HEADERS, END_HEADERS, 3, block(HEALTH))
    ),
    "PUSH_PROMISE": lambda: frame(5, END_HEADERS, 1, struct.pack(">I", 2) + block(HEALTH)),
    "RST_STREAM of an idle stream": lambda: frame(RST_STREAM, 0, 99, struct.pack(">I", 8)),
    "padding longer than the frame": lambda: (
        frame(HEADERS, END_HEADERS, 1, block(HEALTH)) + frame(DATA, 8, 1, b"\xff\0")
    ),
    "a block that HPACK cannot read": lambda: frame(HEADERS, END_HEADERS, 1, b"\xff\xff\xff\xff\xff\xff"),
    "an index that is not there": lambda: frame(HEADERS, END_HEADERS, 1, b"\xfe"),
    "more DATA than the window": lambda: (
        frame(HEADERS, END_HEADERS, 1, block(IMPORT)) + frame(DATA, 0, 1, bytes(16_384)) * 1_100
    ),
}
# What is read after it: a wrong frame is no error for everybody (RFC 9113 lets a peer ignore some), but
# none may take the daemon down or leave the connection half dead.
MUST_END = [
    name
    for name in WRONG
    if name
    not in (
        "an unknown frame between HEADERS and CONTINUATION",
        "RST_STREAM of an idle stream",
        "PUSH_PROMISE",
        "a stream of a lower number",
        "DATA before HEADERS",
    )
]


@attack("frames-wrong", short=True)
def wrong(attack, line):
    """each frame that RFC 9113 forbids, once, on a connection of its own"""
    target = line.target()
    ended, alive = [], []
    with target.peer() as bystander:
        first = bystander.answer(HEALTH, b"")
        for name, make in WRONG.items():
            with target.peer() as peer:
                peer.pump(5, lambda: peer.is_settled)
                peer.send(make())
                peer.pump(3, lambda: peer.closed or peer.goaway)
                (ended if peer.closed or peer.goaway else alive).append(name)
        second = bystander.answer(HEALTH, b"")
    line.sent = f"{len(WRONG)} wrong frames"
    line.answer(f"{len(ended)} connections ended; not by: {', '.join(alive) or 'none'}")
    line.expect(first.status == second.status == "OK", "a connection beside it was harmed")
    missing = [name for name in alive if name in MUST_END]
    line.expect(not missing, f"goes on after: {', '.join(missing)}")


@attack("frames-random", short=True)
def noise(attack, line):
    """random bytes, and random changes of good frames"""
    target = line.target()
    chance = attack.random
    good = (
        frame(SETTINGS, 0, 0)
        + frame(HEADERS, END_HEADERS, 1, block(HEALTH))
        + frame(DATA, END_STREAM, 1, b"\0\0\0\0\0")
    )
    count = 200 if attack.short else 3_000
    ends = []
    for number in range(count):
        with Peer(target.socket, starts=False) as peer:
            octets = bytearray(good)
            for _ in range(chance.randint(1, 6)):
                octets[chance.randrange(len(octets))] = chance.randrange(256)
            if number % 4 == 0:
                octets = bytearray(chance.randbytes(chance.randint(1, 4_000)))
            peer.send((PREFACE if number % 8 else b"") + bytes(octets))
            peer.pump(
                0.05, lambda: peer.closed or peer.goaway or any(call.status for call in peer.calls.values())
            )
            ends.append("ended" if peer.closed or peer.goaway else "open")
    line.sent = f"{count} connections of random bytes"
    line.answer(counted(ends))
    line.expect(target.health_seconds() is not None, "health fails after it")


@attack("frames-silent")
def silent(attack, line):
    """peers that say nothing, half a preface, half a frame, or a byte a second"""
    target = line.target()
    says = {
        "nothing": b"",
        "half a preface": PREFACE[:12],
        "a preface": PREFACE,
        "half a frame": PREFACE
        + frame(SETTINGS, 0, 0)
        + frame(HEADERS, END_HEADERS, 1, block(HEALTH))[:30],
    }
    peers = {}
    for name, octets in says.items():
        # Answers no PING either: it does not read.
        peers[name] = Peer(target.socket, starts=False)
        peers[name].answers = False
        if octets:
            peers[name].send(octets)
            peers[name].write()
    dripping = Peer(target.socket, starts=False)
    begun, at, seconds = time.monotonic(), 0, {}
    drip = PREFACE + frame(SETTINGS, 0, 0)
    everybody = {**peers, "a byte a second": dripping}
    while len(seconds) < len(everybody) and time.monotonic() - begun < SILENT_SECONDS_MAX + 15:
        if at < len(drip) and not dripping.closed:
            dripping.send(drip[at : at + 1])
            at += 1
        pump(list(everybody.values()), 1)
        for name, peer in everybody.items():
            if peer.closed and name not in seconds:
                seconds[name] = time.monotonic() - begun
    line.sent = "silence of five kinds"
    line.answer(", ".join(f"{name}: closed after {count:.0f} s" for name, count in seconds.items()))
    for name, peer in everybody.items():
        line.expect(seconds.get(name, 999) <= SILENT_SECONDS_MAX, f"{name} holds its connection")
        peer.close()
