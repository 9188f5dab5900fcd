"""Memory without bound: what is received and not decoded, decoded and not applied, answered and not read."""

import time

import wire
from line import Failed, attack
from peer import Peer, counted, message, pump
from target import EXPORT, IMPORT, MEMORY_MIB_MAX, READER, STRANGER, WRITER

# P8: so many bytes of resident memory, and so many for each member.
RESIDENT_MIB_MAX, MEMBER_BYTES = 320, 60
MEMBERS = 20_000
ROWS = 60_000
HALF_BYTES = 15 << 20
LISTED_LABELS = 9_900


def rows(count, first=0, wrong=False):
    return [
        [f"m{number}", f"m{number}@example.{'o' if wrong else 'org'}", f"Name {number}"]
        for number in range(first, first + count)
    ]


COLUMNS = ["external_id", "email", "name"]


def load(self, path, count, make, seconds_to_begin=60, **options):
    """Connections that each do what make(peer, number) begins, until the attacker is told to end.

    make is called again for a peer whose calls are all over. Returns the statuses of calls that
    ended, and how many connections were closed.
    """
    peers, ended = [], []
    for number in range(count):
        peers.append(Peer(path, **options))
        if not peers[-1].closed:
            make(peers[-1], number)
    pump(peers, 1)
    self.begun.set()
    sent = 0
    while not self.over.is_set():
        pump(peers, 0.2)
        for number, peer in enumerate(peers):
            if peer.closed:
                ended.append(f"closed ({peer.goaway or peer.closed})")
                sent += peer.sent_bytes
                peers[number] = Peer(path, **options)
                if not peers[number].closed:
                    make(peers[number], number)
            elif peer.calls and all(call.status for call in peer.calls.values()):
                ended += [call.status for call in peer.calls.values()]
                peer.calls.clear()
                make(peer, number)
        if len(ended) > 20_000:
            break
        if all(peer.closed for peer in peers):
            time.sleep(0.05)
    sent += sum(peer.sent_bytes for peer in peers)
    return ended, sent


def measure(
    attack,
    line,
    uids,
    count,
    make,
    seconds,
    *,
    share_min=0,
    what,
    resident=RESIDENT_MIB_MAX,
    prepare=None,
    **options,
):
    """Runs a load of so many connections, shared among users, beside an import and `health`."""
    target = line.target(fresh=True)
    if prepare:
        prepare(target)
    beside = attack.beside(target)
    line.before_mib = target.memory_mib()
    target.forget_peak()
    attackers = [target.attacker(uid, load_of(count // len(uids), make, options)) for uid in uids]
    for each in attackers:
        each.has_begun()
    with beside:
        beside.wait(seconds)
        # Before the load ends: memory that is given back then does not count.
        peak = target.memory_mib("VmHWM")
        if peak > MEMORY_MIB_MAX:
            for each in attackers:
                each.kill()
            raise Failed(f"{what}: {peak:.0f} MiB, and it was ended")
    results = [each.result() for each in attackers]
    ended = [status for result, _ in results for status in result]
    sent = sum(bytes_ for _, bytes_ in results)
    members = MEMBERS + attack.import_rows
    most = resident + members * MEMBER_BYTES / (1 << 20)
    line.sent = f"{sent / (1 << 20):.0f} MiB, {what} on {count} connections"
    line.answer(counted(ended)[:200] or "nothing")
    line.beside(beside, share_min)
    line.expect(peak <= most, f"{peak:.0f} MiB, not {most:.0f} MiB")
    before_health = target.health_seconds()
    line.expect(before_health is not None, "health fails after it")


def load_of(count, make, options):
    return lambda self, path: load(self, path, count, make, **options)


def fill(target):
    """Members to export and list, and labels to list."""
    path = target.run.members(MEMBERS)
    target.daemon.fill_catalogue()
    target.daemon.import_file(path)


def numbered(kind, counts, shorts, function):
    """One attack for each number of connections."""
    for count in counts:

        def one(attack_, line, count=count):
            function(attack_, line, count)

        one.__doc__ = function.__doc__
        attack(f"memory-{kind}-{count}", short=count in shorts)(one)


def long_seconds(attack):
    return 4 if attack.short else 10


def previews(attack, line, count):
    """previews of chunks of 60,000 rows without an end"""
    begin = wire.begin(COLUMNS, preview=True)
    chunks = [message(wire.chunk(number * ROWS, rows(ROWS, number * ROWS))) for number in range(2)]

    def make(peer, number):
        call = peer.call(IMPORT, begin, ends=False)
        for octets in chunks:
            peer.add(call, octets)

    measure(attack, line, [READER], count, make, long_seconds(attack), what="previews of 60,000-row chunks")


def imports(attack, line, count):
    """imports of chunks of 60,000 rows without an end, of rows with faults"""
    begin = wire.begin(COLUMNS)
    chunks = [
        message(wire.chunk(number * ROWS, rows(ROWS, number * ROWS, wrong=True))) for number in range(2)
    ]

    def make(peer, number):
        call = peer.call(IMPORT, begin, ends=False)
        for octets in chunks:
            peer.add(call, octets)

    measure(
        attack,
        line,
        [WRITER],
        count,
        make,
        long_seconds(attack),
        what="imports of 60,000-row chunks, every row wrong",
        grants=False,
    )


def exports(attack, line, count):
    """exports whose windows are as large as can be, and of which not a byte is read"""

    def make(peer, number):
        for _ in range(4):
            peer.call(EXPORT, b"")
        peer.reads = False

    measure(
        attack,
        line,
        [READER],
        count,
        make,
        long_seconds(attack),
        what="unread exports, 4 a connection",
        prepare=fill,
        window=(1 << 31) - 1,
    )


def half_sent(attack, line, count):
    """15 MiB of a message of 16, and then nothing more"""
    octets = message(bytes(16 << 20))[:HALF_BYTES]

    def make(peer, number):
        peer.call(IMPORT, ends=False, raw=octets)

    measure(
        attack, line, [READER, WRITER], count, make, long_seconds(attack), what="15 MiB of a message of 16"
    )


numbered("previews", (8, 32, 100, 1_000), (8,), previews)
numbered("imports", (8, 32, 100, 1_000), (), imports)
numbered("exports", (8, 32, 100, 1_000), (), exports)
numbered("halves", (8, 32, 100, 1_000), (100,), half_sent)


@attack("memory-streams")
def streams(attack, line):
    """15 MiB of a message, on each of 100 streams of 8 connections"""
    octets = message(bytes(16 << 20))[:HALF_BYTES]

    def make(peer, number):
        for _ in range(100):
            peer.call(IMPORT, ends=False, raw=octets)

    measure(
        attack,
        line,
        [READER, WRITER],
        8,
        make,
        long_seconds(attack),
        what="15 MiB of a message on each of 100 streams",
    )


@attack("memory-unary")
def unary(attack, line):
    """15 MiB of a message of unary calls, health's among them, also by users whom no rule is about"""
    octets = message(bytes(16 << 20))[:HALF_BYTES]

    def make(peer, number):
        for path in (
            "/grpc.health.v1.Health/Check",
            "/muster.v1.WorkspaceService/CreateLabels",
            "/muster.v1.MemberService/GetMember",
            "/no.such.Service/Call",
        ):
            for _ in range(8):
                peer.call(path, ends=False, raw=octets)

    measure(
        attack,
        line,
        [READER, STRANGER],
        32,
        make,
        long_seconds(attack),
        what="15 MiB of a message on each of 32 streams",
    )


@attack("memory-begun")
def begun(attack, line):
    """15 MiB of a message after a begin that was refused, and after one that waits for the import"""
    octets = message(bytes(16 << 20))[:HALF_BYTES]
    refused = wire.begin(COLUMNS, preview=True, workspace="nowhere")

    def make(peer, number):
        for _ in range(20):
            call = peer.call(IMPORT, refused, ends=False)
            peer.add(call, octets)

    measure(
        attack,
        line,
        [READER],
        32,
        make,
        long_seconds(attack),
        what="a refused begin, then 15 MiB of a message",
    )


@attack("memory-answers")
def answers(attack, line):
    """answers of hundreds of KiB that nobody reads: pages of members, labels, faults, definitions"""
    wired = wire.messages()
    labels = ["n" * 56 + f"{number:06}" for number in range(LISTED_LABELS)]

    def prepare(target):
        fill(target)
        target.make_labels("default", labels)

    asked = [
        ("/muster.v1.MemberService/ListMembers", wired.members.ListMembersRequest(page_size=1_000)),
        ("/muster.v1.WorkspaceService/ListLabels", wired.workspaces.ListLabelsRequest()),
    ]

    def make(peer, number):
        for at in range(100):
            path, octets = asked[at % 2]
            peer.call(path, octets.SerializeToString())

    measure(
        attack,
        line,
        [READER],
        16 if attack.short else 64,
        make,
        long_seconds(attack),
        what="100 unread answers of 256 KiB and more",
        prepare=prepare,
        window=0,
        grants=False,
    )


@attack("memory-faults")
def faults(attack, line):
    """previews and imports that find a fault in every row, of which nothing is read"""
    begin = wire.begin(COLUMNS)
    chunks = [
        message(wire.chunk(number * 20_000, rows(20_000, number * 20_000, wrong=True)))
        for number in range(4)
    ]

    def make(peer, number):
        for _ in range(8):
            call = peer.call(IMPORT, begin, ends=False)
            for octets in chunks:
                peer.add(call, octets)

    measure(
        attack,
        line,
        [WRITER],
        64,
        make,
        long_seconds(attack),
        what="8 imports a connection with unread faults",
        window=0,
        grants=False,
    )


@attack("memory-empty")
def empty(attack, line):
    """chunks of 4 MiB of empty rows, and of rows of empty cells"""
    wired = wire.messages()
    empty_rows = b"\x12" + varint(2 * 1_900_000) + b"\x12\x00" * 1_900_000
    cells = wired.rows.Row(cells=[b""] * 1_000).SerializeToString()
    row_of_cells = b"\x12" + varint(len(cells)) + cells
    many = b"\x12" + varint(len(row_of_cells) * 1_900) + row_of_cells * 1_900
    unknown = b"\x12" + varint(3_800_000) + b"\x1a\x00" * 1_900_000

    def make(peer, number):
        for octets in (empty_rows, many, unknown):
            call = peer.call(IMPORT, wire.begin(COLUMNS, preview=True), ends=False)
            for _ in range(4):
                peer.add(call, message(octets))

    measure(
        attack,
        line,
        [READER],
        16,
        make,
        long_seconds(attack),
        what="chunks of 1,900,000 empty rows, cells and unknown fields",
    )


@attack("memory-questions")
def questions(attack, line):
    """streams of questions of which no answer is read: reflection, faults of an import, watches"""
    asked = (
        message(b"\x3a\x00")
        + message(b"\x1a\x00")
        + message(b"\x1a\x19muster/v1/workspace.proto"[:27]) * 200
    )
    faulty = rows(20_000, wrong=True)
    name = "11111111-2222-4333-8444-555555555555"

    def prepare(target):
        with target.peer() as peer:
            call = peer.answer(
                IMPORT, wire.begin(COLUMNS, import_id=name), wire.chunk(0, faulty), wire.finish(len(faulty))
            )
            line.expect(call.status == "OK", f"the import of wrong rows ended with {call.status}")

    listed = wire.messages().wire.ListFaultsRequest(import_id=name).SerializeToString()

    def make(peer, number):
        for _ in range(20):
            call = peer.call("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", ends=False)
            for _ in range(20):
                peer.add(call, asked)
            peer.call("/muster.v1.ImportService/ListFaults", listed)

    measure(
        attack,
        line,
        [READER],
        64,
        make,
        long_seconds(attack),
        prepare=prepare,
        what="unread answers of reflection and of faults, 40 a connection",
        window=0,
        grants=False,
    )


def varint(number):
    octets = b""
    while number >= 128:
        octets += bytes([number % 128 + 128])
        number //= 128
    return octets + bytes([number])
