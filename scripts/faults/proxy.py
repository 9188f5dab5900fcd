"""P3: each row is applied exactly once, whatever becomes of the messages.

A stock gRPC client plays seeded schedules: messages come twice, late, overlapping or after a gap,
streams end in every way that they can, connections are cut, imports are begun again, twice at once and
as something else. Then `muster import` imports through a proxy that cuts its connection in the middle
of whatever is said. The store must equal a dictionary, and the counts must add up.
"""
import concurrent.futures
import copy
import os
import random

from common import Failed, expect, main
from cutter import Cutter
from schedule import ENDS, STARTS, STEPS, People, Schedule
from stock import Messages, in_environment
from store import Model, check_model, check_store, copied

SCHEDULES_SHORT, SCHEDULES_LONG = 50, 500
# Schedules at the same time, each with people of its own.
PLAYERS = 4
# Rows of an import under the command, and imports.
CUT_SHORT, CUT_LONG = (20_000, 1), (100_000, 10)
# Bytes that a connection may carry before it is cut: some end before anything was said, most after
# a few chunks of 2,000 rows.
CUTS_MIN = 2
CUT_EARLY_SHARE, CUT_EARLY_BYTES, CUT_LATE_BYTES = 0.3, (1_000, 200_000), (250_000, 2_000_000)


class Player:
    """A client that plays one schedule after another, through a proxy of its own."""

    def __init__(self, run, messages, daemon, number):
        import grpc

        self.random = random.Random(run.seed * 1_000 + number)
        self.messages = messages
        self.prefix = f"p{number}-"
        self.people = People()
        self.happened = {}
        # In the first schedules all that can happen does.
        self.owed = {*ENDS, *STARTS, *STEPS}
        path = run.path(f"proxy-{number}.sock")
        self.cutter = Cutter(path, daemon.socket)
        # A connection that was cut is made again at once.
        options = [("grpc.initial_reconnect_backoff_ms", 20), ("grpc.max_reconnect_backoff_ms", 20),
                   ("grpc.min_reconnect_backoff_ms", 20)]
        self.channel = grpc.insecure_channel(f"unix:{path}", options)

    def play(self, count):
        for number in range(count):
            schedule = Schedule(self.messages, self.channel, self.cutter, self.random, self.people,
                                self.prefix, self.owed)
            try:
                schedule.run()
            except Failed as failure:
                raise Failed(f"schedule {number} of {self.prefix[:-1]}: {failure}") from None
            for what, times in schedule.happened.items():
                self.happened[what] = self.happened.get(what, 0) + times
        self.channel.close()
        self.cutter.close()


def exported(messages, path):
    """The names of all members by their external ids, as an export gives them."""
    import grpc

    with grpc.insecure_channel(f"unix:{path}") as channel:
        stub = messages.member_services.MemberServiceStub(channel)
        header, *chunks = stub.ExportMembers(messages.members.ExportMembersRequest(), timeout=60)
    columns = list(header.header.columns)
    places = columns.index("external_id"), columns.index("name")
    rows = [[cell.decode() for cell in row.cells] for answer in chunks for row in answer.chunk.rows]
    names = {row[places[0]]: row[places[1]] for row in rows}
    expect(len(names) == len(rows), "a member is there twice")
    return names


def play_schedules(run):
    """Plays all schedules; how often each thing happened."""
    messages = Messages(run.directory)
    daemon = run.daemon("played").start()
    count = SCHEDULES_SHORT if run.short else SCHEDULES_LONG
    players = [Player(run, messages, daemon, number) for number in range(PLAYERS)]
    with concurrent.futures.ThreadPoolExecutor(PLAYERS) as threads:
        shares = [count // PLAYERS + (number < count % PLAYERS) for number in range(PLAYERS)]
        for played in [threads.submit(player.play, share) for player, share in zip(players, shares)]:
            played.result()
    names = {person: name for player in players for person, name in player.people.names.items()}
    found = exported(messages, daemon.socket)
    wrong = [person for person in names.keys() | found.keys()
             if names.get(person) != found.get(person)]
    expect(not wrong, f"{len(wrong)} of {len(names)} members differ, such as {wrong[:3]}")
    expect(daemon.stop() == 0, "the daemon does not end in order")
    with copied(daemon.database()) as connection:
        check_store(connection)
    happened = {}
    for player in players:
        for what, times in player.happened.items():
            happened[what] = happened.get(what, 0) + times
    for what in {*ENDS, *STARTS, *STEPS, "finish"}:
        expect(what in happened, f"it never came to: {what}")
    return count, happened


def cut_imports(run):
    """Imports with the command while its connection is cut again and again; the number of cuts."""
    rows, imports = CUT_SHORT if run.short else CUT_LONG
    daemon = run.daemon("cut").start()
    daemon.fill_catalogue()
    path = run.path("cut-proxy.sock")

    def budget():
        """The first connections of an import never carry all of it."""
        nonlocal connections
        connections += 1
        is_early = run.random.random() < CUT_EARLY_SHARE
        bytes_max = size // (CUTS_MIN + 1) if connections <= CUTS_MIN else CUT_LATE_BYTES[1]
        least, most = CUT_EARLY_BYTES if is_early else CUT_LATE_BYTES
        return run.random.randint(least, min(most, bytes_max))

    cutter = Cutter(path, daemon.socket, budget)
    proxied = copy.copy(daemon)
    proxied.socket = path
    model = Model()
    for number in range(imports):
        changed = number % 2 == 1
        file = run.members(rows, start=number // 2 * rows, changed=changed)
        connections, size = 0, os.path.getsize(file)
        begun = proxied.begin_import(file, MUSTER_RECONNECT_SECONDS="60")
        code = begun.wait()
        expect(code == 0, f"the import under cuts ended with {code}: {begun.errors[-300:]}")
        before = dict(model.counts)
        model.apply_file(file)
        counts = {name: model.counts[name] - before[name] for name in before}
        found = {name: begun.summary[name] for name in counts}
        expect(found == counts, f"counted {found}, right is {counts}")
        committed = [event["committed"] for event in begun.events if "committed" in event]
        expect(committed == sorted(committed), "committed has fallen")
    cutter.close()
    expect(daemon.stop() == 0, "the daemon does not end in order")
    with copied(daemon.database()) as connection:
        check_store(connection)
        check_model(connection, model)
    expect(cutter.cuts >= CUTS_MIN * imports, f"only {cutter.cuts} cuts")
    return cutter.cuts, imports * rows


def test(run):
    count, happened = play_schedules(run)
    cuts, rows = cut_imports(run)
    spread = ", ".join(f"{times} {what}" for what, times in sorted(happened.items()))
    return (f"{count} schedules ({spread}): store equals the model; {rows} rows of muster import under"
            f" {cuts} cut connections: the same")


if __name__ == "__main__":
    in_environment()
    main(__doc__, test, ["ignores-offset"])
