"""Messages that break the protocol: the answer is a status with its trailers, never a bare reset."""

import gzip
import struct
import uuid

import wire
from call import END_HEADERS, HEADERS, frame
from line import attack
from peer import counted, long_field, message, pump
from target import HEALTH, IMPORT

ROLES = "/muster.v1.WorkspaceService/ListRoles"
LABELS = "/muster.v1.WorkspaceService/CreateLabels"
GZIP_STREAMS = 40
METHODS = """ImportService/GetImport ImportService/ListImports ImportService/WatchImport
ImportService/CancelImport ImportService/ListFaults ImportService/UndoImport MemberService/GetMember
MemberService/ListMembers MemberService/ExportMembers MemberService/CreateSignup
MemberService/DeleteMember WorkspaceService/CreateWorkspace WorkspaceService/RenameWorkspace
WorkspaceService/DeleteWorkspace WorkspaceService/ListRoles WorkspaceService/CreateRole
WorkspaceService/ListLabels WorkspaceService/CreateLabels WorkspaceService/ListForms
WorkspaceService/CreateForm WorkspaceService/AddFormField MaintenanceService/CheckWorkspace
MaintenanceService/BackUpWorkspace ImportService/ImportMembers""".split()
STREAMING = "/muster.v1.ImportService/ImportMembers"


def is_refusal(status):
    return (
        status is not None
        and status[:3].isupper()
        and " " not in status
        and status not in ("OK", "CANCELLED")
    )


def answered(target, path, *octets, seconds=20, **options):
    """One call on a connection of its own: its status."""
    with target.peer(keeps=True) as peer:
        call = peer.answer(path, *octets, seconds=seconds, **options)
        return call.status or (
            f"closed ({peer.goaway or peer.closed})" if peer.closed or peer.goaway else "no answer"
        )


@attack("protocol-flags")
def flags(attack, line):
    """messages whose compressed flag is 1 without a coding, 2, 3, 127 and 255"""
    target = line.target()
    found = {}
    begin = wire.begin(["email"])
    for flag in (1, 2, 3, 127, 255):
        found[flag] = [
            answered(target, ROLES, raw=message(b"", flag)),
            answered(target, IMPORT, raw=message(begin, flag)),
            answered(target, IMPORT, raw=message(begin) + message(b"x", flag)),
        ]
    line.sent = "flags of 1 (without a coding), 2, 3, 127 and 255"
    line.answer("; ".join(f"{flag}: {counted(statuses)}" for flag, statuses in found.items()))
    for flag, statuses in found.items():
        line.expect(all(map(is_refusal, statuses)), f"flag {flag}: {counted(statuses)}")


@attack("protocol-gzip", short=True)
def gzipped(attack, line):
    """40 imports whose messages are gzip, on one connection and on connections of their own"""
    target = line.target()
    columns = ["external_id", "name"]
    parts = [wire.begin(columns), wire.chunk(0, [["g1", "x"] for _ in range(100)]), wire.finish(100)]
    raw = b"".join(message(gzip.compress(part), 1) for part in parts)
    extra = [("grpc-encoding", "gzip"), ("grpc-accept-encoding", "identity,deflate,gzip")]
    with target.peer() as shared:
        calls = [shared.call(IMPORT, raw=raw, extra=extra) for _ in range(GZIP_STREAMS)]
        shared.pump(30, lambda: all(call.status for call in calls) or shared.closed)
    statuses = [call.status for call in calls]
    statuses += [answered(target, IMPORT, raw=raw, extra=extra) for _ in range(GZIP_STREAMS // 4)]
    statuses += [answered(target, ROLES, raw=message(gzip.compress(b""), 1), extra=extra)]
    line.sent = f"{len(statuses)} gzip streams"
    line.answer(counted(statuses))
    bad = [status for status in statuses if status != "OK" and not is_refusal(status)]
    line.expect(not bad, f"without proper trailers: {counted(bad)}")
    line.expect(len(set(statuses)) == 1, "not the same answer always")


@attack("protocol-gzip-bomb")
def gzip_bomb(attack, line):
    """gzip of 1 GiB of zeroes, 20 times at once"""
    target = line.target(fresh=True)
    bomb = message(gzip.compress(bytes(64 << 20) if attack.short else bytes(1 << 30), 1), 1)
    extra = [("grpc-encoding", "gzip")]
    peers = [target.peer() for _ in range(20)]
    calls = [peer.call(path, raw=bomb, extra=extra) for peer in peers for path in (IMPORT, LABELS)]
    pump(peers, 60, lambda: all(call.status for call in calls) or all(peer.closed for peer in peers))
    peak = target.memory_mib("VmHWM")
    line.sent = "40 messages of gzip that unpack to GiB"
    line.answer(counted(call.status for call in calls))
    line.expect(peak <= 320, f"{peak:.0f} MiB of memory, not 320 MiB")


@attack("protocol-large")
def large(attack, line):
    """messages over 4 MiB, over 16 MiB, and ones that claim to have 4 GiB"""
    target = line.target()
    begin = message(wire.begin(["email"]))
    five, seventeen = message(bytes(5 << 20)), message(bytes(17 << 20))
    claim = struct.pack(">BI", 0, (1 << 32) - 1) + bytes(100)
    found = {}
    for name, octets in (("5 MiB", five), ("17 MiB", seventeen), ("4 GiB claimed", claim)):
        found[name] = [
            answered(target, LABELS, raw=octets, ends=len(octets) > 1000),
            answered(target, IMPORT, raw=octets, ends=len(octets) > 1000),
            answered(target, IMPORT, raw=begin + octets, ends=len(octets) > 1000),
        ]
    with target.peer() as peer:
        calls = [peer.call(IMPORT, raw=seventeen) for _ in range(10)]
        health = peer.call(HEALTH, b"")
        peer.pump(30, lambda: all(call.status for call in [*calls, health]) or peer.closed)
    found["10 of 17 MiB on a connection"] = [call.status for call in calls]
    line.sent = "messages of 5 MiB, 17 MiB and of 4 GiB that do not come"
    line.answer("; ".join(f"{name}: {counted(statuses)}" for name, statuses in found.items()))
    for name, statuses in found.items():
        right = {"RESOURCE_EXHAUSTED"} | ({"INVALID_ARGUMENT"} if name == "5 MiB" else set())
        line.expect(set(statuses) <= right, f"{name}: {counted(statuses)}")
    line.expect(health.status == "OK", f"a call of health beside them: {health.status}")


@attack("protocol-headers", short=True)
def headers(attack, line):
    """wrong paths, methods, content types, timeouts, and metadata that is no metadata"""
    target = line.target()
    found = {}
    for path in (
        "/no.such.Service/Call",
        "/muster.v1.MemberService/NoSuch",
        "/",
        "",
        "//",
        "x" * 8_000,
        "/muster.v1.MemberService/GetMember/",
        "/../../etc/passwd",
        "*",
    ):
        found[f"path {path[:20]!r}"] = path_status(target, path)
    unimplemented = [status for status in found.values()]
    line.answer(f"paths: {counted(unimplemented)}")
    line.expect("OK" not in unimplemented, "a wrong path is answered OK")
    timeouts = {}
    for value in (
        "-1S",
        "999999999H",
        "99999999H",
        "1",
        "S",
        "1X",
        "",
        "0S",
        "0n",
        "1e3S",
        "\uff11S",
        "18446744073709551615n",
        " 1S",
        "+5S",
        "99999999S",
        "5000m",
    ):
        timeouts[value] = answered(target, HEALTH, b"", extra=[("grpc-timeout", value)], seconds=5)
    line.answer(f"timeouts: {counted(timeouts.values())}")
    bad = {
        value: status
        for value, status in timeouts.items()
        if status not in ("OK", "DEADLINE_EXCEEDED") and not is_refusal(status)
    }
    line.expect(not bad, f"timeouts without a proper answer: {bad}")
    content = {}
    for value in (
        "application/json",
        "text/html",
        "application/grpc-web",
        "",
        "APPLICATION/GRPC",
        "application/grpc+json",
    ):
        content[value] = answered(
            target, HEALTH, b"", without=["content-type"], extra=[("content-type", value)], seconds=5
        )
    content["none"] = answered(target, HEALTH, b"", without=["content-type"], seconds=5)
    line.answer(f"content types: {counted(content.values())}")
    missing = {
        name: answered(target, HEALTH, b"", without=[name], seconds=5)
        for name in (":method", ":scheme", ":authority", "te")
    }
    missing["bin"] = answered(target, HEALTH, b"", extra=[("x-bin", "not base64 !!")], seconds=5)
    missing["upper"] = answered(target, HEALTH, b"", extra=[("X-Upper", "1")], seconds=5)
    missing["path twice"] = answered(target, HEALTH, b"", extra=[(":path", ROLES)], seconds=5)
    missing["connection"] = answered(target, HEALTH, b"", extra=[("connection", "close")], seconds=5)
    missing["crlf"] = answered(target, HEALTH, b"", extra=[("x-a", "b\r\nc: d\0")], seconds=5)
    line.answer("others: " + ", ".join(f"{name}: {status}" for name, status in missing.items()))
    line.sent = f"{len(found) + len(timeouts) + len(content) + len(missing)} calls with wrong headers"
    line.expect(answered(target, HEALTH, b"") == "OK", "health fails after it")


def path_status(target, path):
    with target.peer() as peer:
        call = peer.call("/x", b"")
        peer.out.pop()
        fields = [
            (":method", "POST"),
            (":scheme", "http"),
            (":path", path),
            (":authority", "localhost"),
            ("content-type", "application/grpc"),
            ("te", "trailers"),
        ]
        block = b"".join(long_field(name, value) for name, value in fields)
        peer.send(frame(HEADERS, END_HEADERS, call.stream, block))
        peer.pump(5, lambda: call.status or peer.closed)
        return call.status or "closed"


@attack("protocol-malformed", short=True)
def malformed(attack, line):
    """random bytes, and broken protobuf, for every method"""
    target = line.target()
    chance = attack.random
    statuses = []
    bad = [
        b"\xff" * 20,
        b"\x0a\xff\xff\xff\xff\x0f",
        b"\x0a\x7f",
        b"\x08",
        b"\x0b\x0b\x0b",
        b"\x0a\x02\xff\xfe",
        b"\x0a\x01\0",
        b"".join(b"\x98\x3f\x01" for _ in range(200)),
        b"\x0a" + b"\x80" * 11,
    ]
    for method in METHODS:
        with target.peer() as peer:
            calls = [
                peer.call(f"/muster.v1.{method}", octets)
                for octets in [*bad, chance.randbytes(50), chance.randbytes(5_000)]
            ]
            peer.pump(20, lambda: all(call.status for call in calls) or peer.closed)
            statuses += [call.status or f"closed by {method}" for call in calls]
    line.sent = f"{len(statuses)} broken messages to {len(METHODS)} methods"
    line.answer(counted(statuses))
    line.expect(all(map(is_refusal, statuses)), "not always a refusal")
    line.expect(
        set(statuses) <= {"INVALID_ARGUMENT", "RESOURCE_EXHAUSTED"}, "another refusal than INVALID_ARGUMENT"
    )


def imported(target, *parts, ends=True, uid=None):
    """An import stream: its status, message and last summary."""
    with target.peer(keeps=True) as peer:
        call = peer.answer(IMPORT, *parts, ends=ends, seconds=20)
        summaries = [answer.summary for answer in wire.answers(call.body) if answer.HasField("summary")]
        return call.status or str(peer.closed or "no answer"), call.said, summaries


@attack("protocol-order")
def order(attack, line):
    """messages of an import in a wrong order, and numbers that lie"""
    target = line.target()
    columns, rows = ["external_id", "name"], [["o1", "a"], ["o2", "b"]]
    begin, chunk, finish = wire.begin(columns), wire.chunk(0, rows), wire.finish(2)
    huge = (1 << 64) - 1
    wired = wire.messages().wire
    unknown_mode = wired.ImportMembersRequest(
        begin=wired.BeginImport(columns=columns, options=wired.ImportOptions(mode=77))
    ).SerializeToString()
    cases = {
        "two begins": ([begin, begin], "INVALID_ARGUMENT"),
        "a chunk first": ([chunk], "INVALID_ARGUMENT"),
        "finish first": ([finish], "INVALID_ARGUMENT"),
        "nothing": ([], "INVALID_ARGUMENT"),
        "a gap": ([begin, wire.chunk(1, rows)], "OUT_OF_RANGE"),
        "a chunk at 2^64-1": ([begin, wire.chunk(huge, rows)], "OUT_OF_RANGE"),
        "finish of 1 row": ([begin, chunk, wire.finish(1)], "OUT_OF_RANGE"),
        "finish of 2^64-1 rows": ([begin, chunk, wire.finish(huge)], "OUT_OF_RANGE"),
        "a chunk after finish": ([begin, chunk, finish, chunk], "INVALID_ARGUMENT"),
        "no finish": ([begin, chunk], "ABORTED"),
        "no message in the oneof": ([begin, b""], "INVALID_ARGUMENT"),
        "declared 2^64-1 rows": (
            [wire.begin(columns, totals=wired.DeclaredTotals(rows=huge, cell_bytes=huge), preview=True)],
            "RESOURCE_EXHAUSTED",
        ),
        "an unknown mode": ([unknown_mode], "INVALID_ARGUMENT"),
        "no UUID": ([wire.begin(columns, import_id="../../etc/passwd")], "INVALID_ARGUMENT"),
        "a workspace of dots": ([wire.begin(columns, workspace="../../x")], "INVALID_ARGUMENT"),
    }
    found = {name: imported(target, *parts)[0] for name, (parts, _) in cases.items()}
    line.sent = f"{len(cases)} imports"
    line.answer(counted(found.values()))
    for name, (_, right) in cases.items():
        line.expect(found[name] == right, f"{name}: {found[name]}, not {right}")


@attack("protocol-finished", short=True)
def finished(attack, line):
    """the id of a finished import with other rows, totals or counts"""
    target = line.target()
    columns, rows = ["external_id", "name"], [["f1", "a"], ["f2", "b"]]
    totals = wire.messages().wire.DeclaredTotals
    size = sum(len(cell) for row in rows for cell in row)

    def begin(name, rows_=None, bytes_=None):
        fields = {} if rows_ is None else {"totals": totals(rows=rows_, cell_bytes=bytes_)}
        return wire.begin(columns, import_id=name, **fields)

    name, declared = str(uuid.uuid4()), str(uuid.uuid4())
    first = imported(target, begin(name), wire.chunk(0, rows), wire.finish(2))
    imported(target, begin(declared, 2, size), wire.chunk(0, rows), wire.finish(2))
    line.expect(first[0] == "OK", f"the first import ended with {first[0]}")
    others = [["f1", "z"], ["f2", "y"], ["f3", "x"]]
    found = {
        "3 rows and finish of 3": imported(target, begin(name), wire.chunk(0, others), wire.finish(3)),
        "totals of 3 rows": imported(target, begin(name, 3, 6), wire.chunk(0, others), wire.finish(3)),
        "totals of 3, where 2 were declared": imported(target, begin(declared, 3, 6)),
        "totals of other bytes, where they were declared": imported(target, begin(declared, 2, size + 1)),
        "totals of 2 and finish of 3": imported(target, begin(declared, 2, size), wire.finish(3)),
        "finish of 3 alone": imported(target, begin(name), wire.finish(3)),
        "finish of 0": imported(target, begin(name), wire.finish(0)),
        "more rows and no finish": imported(target, begin(name), wire.chunk(2, [["f9", "q"]])),
    }
    same = {
        "the same": imported(target, begin(name), wire.chunk(0, rows), wire.finish(2)),
        "the same, declared": imported(
            target, begin(declared, 2, size), wire.chunk(0, rows), wire.finish(2)
        ),
        "begin and finish": imported(target, begin(name), wire.finish(2)),
    }
    line.sent = f"{len(found)} other imports of a finished id, and {len(same)} times the same"
    line.answer(
        f"others: {counted(status for status, _, _ in found.values())}; the same:"
        f" {counted(status for status, _, _ in same.values())}"
    )
    for case, (status, _, _) in found.items():
        line.expect(status != "OK", f"{case}: {status}")
    for case, (status, said, summaries) in same.items():
        line.expect(status == "OK" and summaries, f"{case}: {status} {said}")
