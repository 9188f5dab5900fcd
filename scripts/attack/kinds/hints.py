"""Work without bound: rows of which each asks for the nearest of many names."""

import random
import struct
import time

import wire
from call import frame
from line import attack
from peer import RST_STREAM, Peer, counted, pump
from target import IMPORT, READER, WRITER

CELL_BYTES = 65_536
# Promised for 64 KiB in a release build; a debug build computes tens of times slower.
CPU_SECONDS_MAX, CPU_SECONDS_MAX_DEBUG = 0.5, 5.0
OVER_SECONDS_MAX = 0.25
STOP_SECONDS_MAX = 10
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def names(count, length, seed=1):
    """Slugs of a length that all begin alike, and so are near to one another."""
    chance = random.Random(seed)
    tail = 4 if length > 4 else length
    made = {}
    while len(made) < count:
        made["n" * (length - tail) + "".join(chance.choice(LETTERS) for _ in range(tail))] = None
    return list(made)


def near_misses(slugs, size, separator=",", seed=2):
    """A cell of so many bytes of slugs that each differ from one that exists in one letter or two."""
    chance = random.Random(seed)
    known = set(slugs)
    parts, length = [], 0
    while True:
        slug = list(chance.choice(slugs))
        for _ in range(chance.randint(1, 2)):
            slug[chance.randrange(len(slug))] = chance.choice(LETTERS)
        slug = "".join(slug)
        if slug in known:
            continue
        if length + len(slug) + 1 > size:
            return separator.join(parts)
        parts.append(slug)
        length += len(slug) + 1


def preview(path, workspace, columns, rows, *, seconds=60, extra=()):
    """One preview: its status, how many faults came with how many hints, and seconds."""
    with Peer(path, keeps=True) as peer:
        begun = time.monotonic()
        call = peer.answer(
            IMPORT,
            wire.begin(columns, preview=True, workspace=workspace),
            wire.chunk(0, rows),
            wire.finish(len(rows)),
            seconds=seconds,
            extra=extra,
        )
        faults = [fault for answer in wire.answers(call.body) for fault in answer.faults.faults]
        hinted = sum("did you mean" in fault.hint for fault in faults)
        return call.status or peer.closed or "nothing", len(faults), hinted, time.monotonic() - begun


def once(attack, line, target, workspace, columns, rows, unit):
    """One preview by a reader, and what it costs the daemon."""
    before = target.cpu_seconds()
    attacker = target.attacker(READER, lambda self, path: preview(path, workspace, columns, rows))
    status, faults, hinted, seconds = attacker.result(ends=False)
    cpu = target.cpu_seconds() - before
    most = CPU_SECONDS_MAX_DEBUG if attack.debug else CPU_SECONDS_MAX
    line.answer(f"{status} with {faults} faults, {hinted} with a nearest name; {cpu:.2f} s of CPU {unit}")
    line.expect(status == "OK", f"the preview ended with {status}")
    line.expect(cpu <= most, f"{cpu:.1f} s of CPU {unit}, not {most:.1f} s")
    return cpu


def labels(count):
    def one(attack, line):
        target = line.target()
        line.sent = f"a preview of a cell of 64 KiB of near misses, of 8, 24 and 64 letters, {count} labels"
        for length in (8, 24, 64):
            slugs = names(count, length)
            workspace = f"labels-{count}-{length}"
            target.make_labels(workspace, slugs)
            rows = [["x1", near_misses(slugs, CELL_BYTES)]]
            once(attack, line, target, workspace, ["external_id", "labels"], rows, f"({length} letters)")

    one.__doc__ = f"a cell of unknown labels that are near to {count:,} others"
    return one


for number, is_short in ((100, False), (1_000, True), (10_000, False)):
    attack(f"hints-labels-{number}", short=is_short)(labels(number))


@attack("hints-choices", short=True)
def choices(attack, line):
    """values that are near to 1,000 choices of 250 letters, in 4 fields of 65 rows"""
    target = line.target()
    values = names(1_000, 250)
    target.daemon.muster("workspace", "create", "choices")
    for number in range(4):
        target.make_form("choices", f"form{number}", [(f"f{number}", values)])
    rows = [
        [f"x{number}", *(near_misses(values, 251, seed=number * 4 + at) for at in range(4))]
        for number in range(65)
    ]
    line.sent = "a preview of 64 KiB of values near to 1,000 choices of 250 letters"
    columns = ["external_id"] + [f"form.form{number}.f{number}" for number in range(4)]
    once(attack, line, target, "choices", columns, rows, "for 64 KiB")


@attack("hints-values")
def values(attack, line):
    """booleans, dates and choices of 64 KiB that are near to nothing"""
    target = line.target()
    choices = names(1_000, 250)
    target.daemon.muster("workspace", "create", "values")
    target.make_form("values", "f", [("c", choices)])
    columns = ["external_id", "notify_email", "date_of_birth", "email", "phone", "form.f.c"]
    long = "n" * 65_000
    rows = [["x1", long, long, long, long, long]]
    line.sent = "a preview of a row of 5 cells of 64 KiB, each wrong"
    once(attack, line, target, "values", columns, rows, "for 320 KiB")


@attack("hints-columns", short=True)
def columns(attack, line):
    """1,000 unknown columns that are near to the fields of 40 forms of 100 fields"""
    target = line.target()
    target.daemon.muster("workspace", "create", "columns")
    slugs = names(100, 60)
    forms = 4 if attack.short else 40
    for number in range(forms):
        target.make_form("columns", "m" * 58 + f"{number:02}", [(slug, None) for slug in slugs])
    wrong = [
        f"form.{'m' * 58}{number % forms:02}.{near_misses(slugs, 61, seed=number)}" for number in range(999)
    ]
    line.sent = f"begin with 999 unknown columns near to {forms * 100} fields of forms"
    before = target.cpu_seconds()
    attacker = target.attacker(
        READER, lambda self, path: preview(path, "columns", ["external_id", *wrong], [])
    )
    status, _, _, seconds = attacker.result(ends=False)
    cpu = target.cpu_seconds() - before
    line.answer(f"{status} after {seconds:.2f} s; {cpu:.2f} s of CPU")
    most = CPU_SECONDS_MAX_DEBUG if attack.debug else CPU_SECONDS_MAX
    line.expect(status == "INVALID_ARGUMENT", f"begin ended with {status}")
    line.expect(cpu <= most, f"{cpu:.1f} s of CPU for a begin, not {most:.1f} s")


@attack("hints-names")
def catalogue(attack, line):
    """100 unknown labels to list by, in a workspace of 10,000"""
    target = line.target()
    slugs = names(10_000, 64)
    target.make_labels("names", slugs)
    wrong = near_misses(slugs, 65 * 100).split(",")
    messages = wire.messages().members
    asked = messages.ListMembersRequest(workspace="names", labels=wrong[:100]).SerializeToString()
    exported = messages.ExportMembersRequest(workspace="names", labels=wrong[:100]).SerializeToString()

    def ask(self, path):
        with Peer(path) as peer:
            return [
                peer.answer(f"/muster.v1.MemberService/{name}", octets).status
                for name, octets in (("ListMembers", asked), ("ExportMembers", exported))
            ]

    before = target.cpu_seconds()
    statuses = target.attacker(READER, ask).result(ends=False)
    cpu = target.cpu_seconds() - before
    line.sent = "ListMembers and ExportMembers by 100 unknown labels, near to 10,000"
    line.answer(f"{counted(statuses)}; {cpu:.2f} s of CPU")
    most = CPU_SECONDS_MAX_DEBUG if attack.debug else CPU_SECONDS_MAX
    line.expect(cpu <= most, f"{cpu:.1f} s of CPU, not {most:.1f} s")


class Starving:
    """Previews of near misses by a reader, of 2.3 MB each."""

    def __init__(self, attack, target, count=10_000, size=2_300_000, workspace="starving"):
        slugs = names(count, 24)
        target.make_labels(workspace, slugs)
        cell = near_misses(slugs, CELL_BYTES)
        rows = [[f"x{number}", cell] for number in range(size // CELL_BYTES)]
        self.begin = wire.begin(["external_id", "labels"], preview=True, workspace=workspace)
        self.chunk, self.finish = wire.chunk(0, rows), wire.finish(len(rows))

    def run(self, self_, path, count, again=True, extra=()):
        """Previews on connections of their own, until it is told to end: how many ended, and how."""
        peers = [Peer(path) for _ in range(count)]
        calls, ended = {}, []
        for peer in peers:
            calls[peer] = peer.call(IMPORT, self.begin, self.chunk, self.finish, extra=extra)
        pump(peers, 60, lambda: all(calls[peer].is_sent or peer.closed for peer in peers))
        self_.begun.set()
        while not self_.over.is_set() and any(not peer.closed for peer in peers):
            pump(peers, 0.1)
            for peer in peers:
                if calls[peer].status:
                    ended.append(calls[peer].status)
                    if again and not peer.closed:
                        calls[peer] = peer.call(IMPORT, self.begin, self.chunk, self.finish, extra=extra)
        return ended


@attack("hints-starve", short=True)
def starve(attack, line):
    """two previews of 2.3 MB of near misses by a reader, again and again; then their clients die"""
    target = line.target(fresh=True)
    starving = Starving(attack, target, count=1_000 if attack.short else 10_000)
    beside = attack.beside(target)
    attacker = target.attacker(READER, starving.run, 2)
    attacker.has_begun()
    with beside:
        beside.wait(4 if attack.short else 10)
    line.sent = "2 previews of 2.3 MB at a time"
    line.beside(beside)
    attacker.kill()
    time.sleep(OVER_SECONDS_MAX)
    before = target.cpu_seconds()
    time.sleep(0.5)
    cpu = target.cpu_seconds() - before
    line.answer(f"{cpu * 200:.0f} % of a core 250 ms after the clients' death")
    line.expect(cpu <= 0.1, f"it works on for the dead: {cpu * 200:.0f} % of a core")


@attack("hints-deadline", short=True)
def deadline(attack, line):
    """a preview of near misses with a deadline of 1 s, and one that is cancelled after 1 s"""
    target = line.target(fresh=True)
    starving = Starving(attack, target, count=1_000 if attack.short else 10_000)
    # A preview sends its answers after finish: the client's own deadline is not what is measured.
    with target.peer() as peer:
        begun = time.monotonic()
        call = peer.answer(
            IMPORT, starving.begin, starving.chunk, extra=[("grpc-timeout", "1S")], ends=False
        )
        late = time.monotonic() - begun - 1
        line.answer(f"{call.status} {late * 1000:+.0f} ms from the deadline")
        line.expect(
            late <= (OVER_SECONDS_MAX if not attack.debug else 1),
            f"the deadline is missed by {late * 1000:.0f} ms",
        )
    with target.peer() as peer:
        call = peer.call(IMPORT, starving.begin, starving.chunk, starving.finish)
        peer.pump(60, lambda: call.is_sent and not peer.out)
        peer.pump(0.3)
        peer.send(frame(RST_STREAM, 0, call.stream, struct.pack(">I", 8)))
        peer.pump(OVER_SECONDS_MAX)
        before = target.cpu_seconds()
        peer.pump(0.5)
        cpu = target.cpu_seconds() - before
    line.sent = "previews of 2.3 MB with a deadline, and one cancelled"
    line.answer(f"{cpu * 200:.0f} % of a core 250 ms after the cancellation")
    line.expect(cpu <= 0.1, f"it works on for a cancelled call: {cpu * 200:.0f} % of a core")


@attack("hints-stop", short=True)
def stop(attack, line):
    """SIGTERM under 8 previews of near misses"""
    target = line.target(fresh=True)
    line.may_end = True
    starving = Starving(attack, target, count=1_000 if attack.short else 10_000)
    attacker = target.attacker(READER, starving.run, 8)
    attacker.has_begun()
    time.sleep(0.5)
    seconds = target.stop_seconds()
    line.sent = "8 previews of 2.3 MB, then SIGTERM"
    line.answer(f"the end after {seconds:.2f} s; {counted(attacker.result()) or 'no status'}")
    line.expect(seconds <= STOP_SECONDS_MAX, f"it took {seconds:.1f} s to end")


@attack("hints-signup", short=True)
def signup(attack, line):
    """signups with a cell of 64 KiB of near misses, and with 2,000 unknown columns"""
    target = line.target()
    slugs = names(1_000 if attack.short else 10_000, 24)
    target.make_labels("signups", slugs)
    target.make_form("signups", "m" * 60, [(slug, None) for slug in names(100, 60)])
    wired = wire.messages().members
    wrong = names(2_000, 60, seed=7)
    asked = [
        wired.CreateSignupRequest(
            workspace="signups",
            values=[
                wired.SignupValue(column="external_id", value=b"s1"),
                wired.SignupValue(column="labels", value=near_misses(slugs, CELL_BYTES).encode()),
            ],
        ),
        wired.CreateSignupRequest(
            workspace="signups",
            values=[wired.SignupValue(column=f"form.{'m' * 60}.{slug}", value=b"x") for slug in wrong],
        ),
        wired.CreateSignupRequest(
            workspace="signups", values=[wired.SignupValue(column=slug, value=b"x") for slug in wrong]
        ),
    ]
    costs, statuses = [], []
    for octets in asked:
        before = target.cpu_seconds()

        def ask(self, path, octets=octets):
            with Peer(path) as peer:
                return peer.answer(
                    "/muster.v1.MemberService/CreateSignup", octets.SerializeToString()
                ).status

        statuses.append(target.attacker(WRITER, ask).result(ends=False))
        costs.append(target.cpu_seconds() - before)
    line.sent = "3 signups"
    line.answer(f"{counted(statuses)}; " + ", ".join(f"{cost:.2f}" for cost in costs) + " s of CPU")
    most = CPU_SECONDS_MAX_DEBUG if attack.debug else CPU_SECONDS_MAX
    line.expect(max(costs) <= most, f"{max(costs):.1f} s of CPU for a signup, not {most:.1f} s")
    line.expect("None" not in map(str, statuses), "no answer")
