"""Memory that is never given back: connections and calls that end in an unusual way, thousands of times."""

import struct
import time

import wire
from call import DATA, END_HEADERS, END_STREAM, HEADERS, frame
from line import attack
from peer import PING, RST_STREAM, Peer, block, message, pump
from target import HEALTH, IMPORT, READER

# What one more end may leave behind: the allocator's own noise, over thousands of them.
LEFT_BYTES_MAX = 2_048
AT_A_TIME = 50


def ending(name, says, *, make, wait=lambda peer: False, short=False, warm=1_000, count=4_000):
    """An attack of connections that each send make(peer), wait until wait(peer), and are closed."""

    def one(attack, line):
        target = line.target(fresh=True)
        shorter = 4 if attack.debug else 1

        def some(self, path, number):
            for _ in range(number // AT_A_TIME):
                peers = [Peer(path) for _ in range(AT_A_TIME)]
                for peer in peers:
                    if not peer.closed:
                        make(peer)
                pump(
                    peers,
                    5,
                    lambda: all(
                        peer.closed or (peer.is_settled and not peer.out and wait(peer)) for peer in peers
                    ),
                )
                for peer in peers:
                    peer.close()
            return number

        def settled():
            """Its memory once it has ended what it has to end."""
            time.sleep(1)
            return target.memory_mib() * (1 << 20)

        target.attacker(READER, some, warm // shorter).result(ends=False)
        first = settled()
        done = target.attacker(READER, some, count // shorter).result(ends=False)
        left = (settled() - first) / done
        line.sent = f"{done} connections, after {warm // shorter} others"
        line.answer(f"{left:.0f} bytes are left of each")
        line.expect(left <= LEFT_BYTES_MAX * shorter, f"{left:.0f} bytes are never given back")

    one.__doc__ = says
    attack(f"leaks-{name}", short=short)(one)


def begin_import(peer):
    peer.call(IMPORT, wire.begin(["email"], preview=True), ends=False)


def headers_only(peer):
    peer.call(IMPORT, ends=False)


def two_empty(peer):
    """Ended by the daemon: two empty DATA frames in a row."""
    peer.call(IMPORT, ends=False)
    peer.send(frame(DATA, 0, 1) * 4)


def wrong_frame(peer):
    peer.call(IMPORT, wire.begin(["email"], preview=True), ends=False)
    peer.fill()
    peer.send(frame(PING, 0, 0, bytes(7)))


def bad_block(peer):
    peer.call(IMPORT, ends=False)
    peer.send(frame(HEADERS, END_HEADERS, 3, b"\xfe"))


def many_streams(peer):
    for _ in range(10):
        peer.call(IMPORT, ends=False)
    peer.send(frame(PING, 0, 0, bytes(7)))


def resets(peer):
    for _ in range(20):
        call = peer.call(IMPORT, ends=False)
        peer.send(frame(RST_STREAM, 0, call.stream, struct.pack(">I", 8)))


def half_message(peer):
    peer.call(IMPORT, ends=False, raw=message(bytes(100_000))[:50_000])


def health(peer):
    peer.call(HEALTH, b"")


def call_of_health(peer):
    peer.send(
        frame(HEADERS, END_HEADERS, 1, block(HEALTH))
        + frame(DATA, END_STREAM, 1, b"\0\0\0\0\0")
        + frame(PING, 0, 0, bytes(7))
    )


ending(
    "calls",
    "calls that are answered",
    make=health,
    wait=lambda peer: all(call.status for call in peer.calls.values()),
)
ending(
    "clients",
    "clients that go away in an import",
    make=begin_import,
    wait=lambda peer: all(call.fields or call.received_bytes for call in peer.calls.values()),
)
ending("headers", "clients that go away after HEADERS", make=headers_only, wait=lambda peer: True)
ending("halves", "clients that go away in a message", make=half_message, wait=lambda peer: True)
ending("empty-data", "connections ended for empty DATA", make=two_empty)
ending("wrong", "connections ended for a wrong PING in an import", make=wrong_frame)
ending("blocks", "connections ended for a wrong header block beside a call", make=bad_block)
ending("streams", "connections ended for a wrong PING beside ten calls", make=many_streams)
ending("answered", "connections ended for a wrong PING while health is answered", make=call_of_health)
ending(
    "resets",
    "20 calls that are reset at once, and the client goes away",
    make=resets,
    wait=lambda peer: True,
)


@attack("leaks-stop")
def leaked_stop(attack, line):
    """SIGTERM after connections that were ended for a wrong PING in an import"""
    target = line.target(fresh=True)
    line.may_end = True
    for _ in range(4):
        peers = [target.peer() for _ in range(50)]
        for peer in peers:
            wrong_frame(peer)
        pump(peers, 5, lambda: all(peer.closed for peer in peers))
    seconds = target.stop_seconds()
    line.sent = "200 connections that were ended with an import, then SIGTERM"
    line.answer(f"the end after {seconds:.2f} s")
    line.expect(seconds <= 2, f"it waits for calls that are gone: {seconds:.1f} s")
