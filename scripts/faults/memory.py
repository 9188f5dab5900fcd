"""P21: memory is bounded over the whole daemon, however many connections and calls there are.

Connections that send previews, imports of rows with faults, half-sent messages, and exports that they do not
read, in turn; they heed HTTP/2's windows. The daemon's memory stays within 320 MiB and 60 bytes a member;
`muster health` answers beside them, and an import works afterwards.
"""
import os
import sys
import threading
import time

from common import expect, main
from daemon import ROOT
from stock import in_environment

sys.path.insert(0, os.path.join(ROOT, "scripts", "attack"))

RESIDENT_BYTES_MAX, MEMBER_BYTES_MAX = 320 << 20, 60
MEMBERS_SHORT, MEMBERS_LONG = 2_000, 20_000
COUNTS_SHORT, COUNTS_LONG = (120,), (8, 32, 100, 480)
SECONDS_SHORT, SECONDS_LONG = 2, 20
ROWS = 60_000
COLUMNS = ["external_id", "email", "name"]
IMPORT = "/muster.v1.ImportService/ImportMembers"
EXPORT = "/muster.v1.MemberService/ExportMembers"
HEALTH_SECONDS_MAX = 20


def resident_bytes(daemon, what):
    with open(f"/proc/{daemon.process.pid}/status") as file:
        for line in file:
            if line.startswith(what + ":"):
                return int(line.split()[1]) << 10
    raise RuntimeError("no " + what)


def loads():
    """What a connection does, by name: a function of it."""
    import wire
    from peer import message

    def rows(wrong):
        end = "o" if wrong else "org"
        return [[f"m{number}", f"m{number}@example.{end}", f"Name {number}"] for number in range(ROWS)]

    right = message(wire.chunk(0, rows(False)))
    wrong = message(wire.chunk(0, rows(True)))
    half = message(bytes(4 << 20))[:-1]
    preview = wire.begin(COLUMNS, preview=True)

    def send(first, octets):
        def begin(peer):
            peer.add(peer.call(IMPORT, first, ends=False), octets)
        return begin

    def export(peer):
        peer.call(EXPORT, b"")
        peer.reads = False

    return {
        "halves": lambda peer: peer.call(IMPORT, ends=False, raw=half),
        "previews": send(preview, right),
        "imports": send(wire.begin(COLUMNS), wrong),
        "exports": export,
    }


def measure(daemon, begin, count, seconds):
    """The most that the daemon takes while so many connections do the same, and the slowest health."""
    from peer import Peer, pump

    with open(f"/proc/{daemon.process.pid}/clear_refs", "w") as file:
        file.write("5")
    peers = [Peer(daemon.socket) for _ in range(count)]
    for peer in peers:
        if not peer.closed:
            begin(peer)
    slowest = []
    until = time.monotonic() + seconds

    def ask():
        while time.monotonic() < until:
            begun = time.monotonic()
            daemon.muster("health")
            slowest.append(time.monotonic() - begun)
            time.sleep(0.2)

    asking = threading.Thread(target=ask)
    asking.start()
    while time.monotonic() < until:
        pump(peers, 0.2)
    asking.join()
    most = resident_bytes(daemon, "VmHWM")
    for peer in peers:
        peer.close()
    return most, max(slowest, default=HEALTH_SECONDS_MAX + 1)


def test(run):
    import wire

    wire.make_stubs(run.directory)
    daemon = run.daemon().start()
    members = MEMBERS_SHORT if run.short else MEMBERS_LONG
    daemon.fill_catalogue()
    daemon.import_file(run.members(members))
    bound = RESIDENT_BYTES_MAX + members * MEMBER_BYTES_MAX
    figures = []
    for count in COUNTS_SHORT if run.short else COUNTS_LONG:
        for name, begin in loads().items():
            most, slowest = measure(daemon, begin, count, SECONDS_SHORT if run.short else SECONDS_LONG)
            expect(most <= bound, f"{count} connections of {name} take {most >> 20} MiB")
            expect(slowest <= HEALTH_SECONDS_MAX, f"health takes {slowest:.1f} s beside {name}")
            figures.append(f"{count} {name}: {most >> 20} MiB")
    daemon.import_file(run.members(1_000, start=members))
    return ", ".join(figures)


if __name__ == "__main__":
    in_environment()
    main(__doc__, test, mutants=["gives-memory-to-all"])
