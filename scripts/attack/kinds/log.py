"""A log that nobody reads, and a disk that has no room: imports go on, and so does SIGTERM."""

import fcntl
import os
import time

import wire
from line import attack
from peer import Peer, counted
from target import IMPORT, READER

STOP_SECONDS_MAX = 10
# Each is a line of the log; more than may wait for its reader.
REFUSED, LINES_MAX = 2_500, 2_000


def silent_log(target, line):
    """A daemon whose log is a pipe that is full already; the pipe's end that could be read."""
    daemon = target.daemon
    daemon.stop()
    daemon.log = target.path(f"log-{target.attack.count}.fifo")
    os.mkfifo(daemon.log)
    reader = os.open(daemon.log, os.O_RDWR)
    fill(reader)
    daemon.last_log = lambda: "(its log is full)"
    target.log = lambda: ""
    return reader


def fill(descriptor):
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_NONBLOCK)
    try:
        while True:
            os.write(descriptor, b"\n" * 512)
    except BlockingIOError:
        pass
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags)


def refused_calls(path, count):
    """Calls that each write a line of the log: they are not allowed."""
    with Peer(path) as peer:
        calls = []
        for _ in range(count):
            calls.append(peer.call("/muster.v1.MemberService/DeleteMember", b"\x10\x01"))
            if len(calls) % 100 == 0:
                peer.pump(10, lambda: all(call.status for call in calls) or peer.closed)
        peer.pump(10, lambda: all(call.status for call in calls) or peer.closed)
        return [call.status or "nothing" for call in calls]


def full_pipe(attack, line, log_is_full=True):
    target = line.target(fresh=True)
    line.may_end = True
    daemon = target.daemon
    reader = silent_log(target, line)
    line.sent = "a full pipe as its log, "
    daemon.start()
    daemon.fill_catalogue()
    imports = 20 if attack.short else 2_000
    done = 0
    with target.peer(keeps=True) as peer:
        begun = time.monotonic()
        for number in range(imports):
            call = peer.answer(
                IMPORT,
                wire.begin(["external_id"]),
                wire.chunk(0, [[f"l{number}"]]),
                wire.finish(1),
                seconds=20,
            )
            done += call.status == "OK"
            if call.status is None:
                break
        seconds = time.monotonic() - begun
    refused = REFUSED // 5 if attack.short else REFUSED
    statuses = target.attacker(READER, lambda self, path: refused_calls(path, refused)).result(ends=False)
    health = target.health_seconds()
    line.sent += f"{imports} imports, {refused} refused calls"
    line.answer(f"{done} imports in {seconds:.1f} s, {counted(statuses)}")
    line.expect(done == imports, f"{imports - done} imports hang or fail")
    line.expect(health is not None and health <= (5 if attack.debug else 1), "health fails or takes long")
    # There is room again: what was dropped is counted.
    os.set_blocking(reader, False)
    drained = b""
    for _ in range(100):
        try:
            drained += os.read(reader, 65_536)
        except BlockingIOError:
            time.sleep(0.01)
    refused_calls(daemon.socket, 1)
    more, end = b"", time.monotonic() + 5
    while time.monotonic() < end and b"dropped" not in more:
        try:
            more += os.read(reader, 65_536)
        except BlockingIOError:
            time.sleep(0.02)
    lines = (drained + more).count(b" musterd")
    told = [text for text in (drained + more).decode(errors="replace").splitlines() if "dropped" in text]
    line.answer(
        f"then read: {lines} lines, {told[-1].rpartition('] ')[2] if told else 'nothing of lines dropped'}"
    )
    line.expect(lines > 0, "nothing is logged once there is room")
    line.expect(told or lines <= LINES_MAX, "no line tells how many were dropped")
    fill(reader)
    seconds = target.stop_seconds()
    line.answer(f"SIGTERM: the end after {seconds:.1f} s")
    line.expect(seconds <= STOP_SECONDS_MAX, f"SIGTERM takes {seconds:.1f} s")
    os.close(reader)


@attack("log-full-pipe", short=True)
def log_full_pipe(attack, line):
    """its log is a pipe that is full and that nobody reads"""
    full_pipe(attack, line)


@attack("log-full-disk", short=True)
def log_full_disk(attack, line):
    """its log is on a disk that has no room (/dev/full)"""
    target = line.target(fresh=True)
    line.may_end = True
    daemon = target.daemon
    daemon.stop()
    daemon.log = "/dev/full"
    daemon.last_log = lambda: "(its log is /dev/full)"
    target.log = lambda: ""
    daemon.start()
    daemon.fill_catalogue()
    ended = target.command("import", target.run.members(500), "--yes")
    line.sent = "an import and SIGTERM, with /dev/full as its log"
    line.expect(ended.returncode == 0, f"the import ended with {ended.returncode}: {ended.stderr[-200:]}")
    seconds = target.stop_seconds()
    line.answer(f"import {ended.returncode}; the end after {seconds:.1f} s")
    line.expect(seconds <= STOP_SECONDS_MAX, f"SIGTERM takes {seconds:.1f} s")


@attack("log-full-data", short=True)
def full_data(attack, line):
    """the data's disk is full (a bound on the size of files): a line of the log, reads go on, and it recovers"""
    import resource

    target = line.target(fresh=True)
    daemon = target.daemon
    daemon.fill_catalogue()
    daemon.import_file(target.run.members(500))
    wal = max(os.path.getsize(daemon.database() + suffix) for suffix in ("", "-wal"))
    pid = daemon.process.pid
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (wal + 30_000, resource.RLIM_INFINITY))
    ended = target.command("import", target.run.members(20_000, start=500), "--yes")
    exported = target.command("export")
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    again = target.command("import", target.run.members(20_000, start=500), "--yes")
    log = target.log()
    line.sent = "an import of more than there is room for"
    line.answer(f"import {ended.returncode}, export {exported.returncode}, with room {again.returncode}")
    line.expect(ended.returncode == 1, f"the import ended with {ended.returncode}")
    line.expect("full" in ended.stderr, f"it does not say that the disk is full: {ended.stderr[-200:]}")
    line.expect(exported.returncode == 0, "nothing can be read")
    line.expect(again.returncode == 0, f"with room again: {again.stderr.strip()[-200:]}")
    told = [text for text in log.splitlines() if "full" in text.lower() or "room" in text.lower()]
    line.expect(told, "no line of the log says that the disk is full")
