"""P2: an acknowledged row survives power loss.

A shim keeps a log of what the daemon writes and syncs while imports run; each message of the daemon
is noted with the length of the log when it was heard. Then the power is cut at random points of the
log: what was synced by then is there, of the rest a random part, down to sectors. In each such state
every row that was acknowledged before the cut must be there, and the store must be whole and hold
exactly the rows up to its imports' positions. Some states are given to a daemon, which must go on.
"""
import os
import shutil
import uuid

from common import Failed, expect, main
from crash_states import Disk, read_log
from disk import Disk as Shim
from store import Model, check_store, copied, has_tables, members_of, position_of

STATES_SHORT, STATES_LONG = 100, 1_000
# Every so many states a daemon is started on one.
STATES_PER_DAEMON = 15
# States of one recording.
STATES_OF_A_RECORDING = 50
# Imports of a run: small ones of new members and of changed ones.
ROWS = 120
IMPORTS = 12
# One run leaves the log to grow until its end; in the other a checkpoint follows each commit.
RUNS = {"log": {}, "checkpoints": {"MUSTER_FAILPOINT": "checkpoint:0"}}


class Recording:
    """What one daemon wrote, what it acknowledged and when, and what the store must hold."""

    def __init__(self, run, shim, name, failpoint):
        self.run = run
        self.log = run.path(name + ".log-of-disk")
        self.daemon = run.daemon(name)
        # (length of the log, import, rows)
        self.heard = []
        self.imports = []
        os.mkdir(self.daemon.data)
        self.daemon.start(environment=dict(shim.logging(self.daemon, self.log), **failpoint))
        self.daemon.fill_catalogue()
        for number in range(IMPORTS):
            # Each third changes the members of the one before it.
            changed = number % 3 == 2
            start = ROWS * (number - (1 if changed else 0))
            path = run.members(ROWS, start=start, changed=changed)
            import_id = str(uuid.uuid4())
            self.imports.append((import_id, path))
            self.daemon.import_file(
                path, "--import-id", import_id, on_event=lambda event: self.hear(import_id, event))
        expect(self.daemon.stop() == 0, "musterd does not end well")
        self.records = list(read_log(self.log))
        model = Model()
        self.changes = []
        for _, path in self.imports:
            model.apply_file(path, on_row=lambda place, row: self.changes.append((place, row)))

    def hear(self, import_id, event):
        if event.get("committed"):
            self.heard.append((os.path.getsize(self.log), import_id, event["committed"]))

    def acknowledged_at(self, length):
        """How many rows of each import were told as committed before the log had this length."""
        told = {}
        for heard_length, import_id, rows in self.heard:
            if heard_length <= length:
                told[import_id] = max(told.get(import_id, 0), rows)
        return told

    def cuts(self, count):
        """Where the power is cut: at random records, in their order."""
        places = [self.run.random.randrange(len(self.records)) for _ in range(count)]
        return sorted(places)

    def states(self, count, target):
        """Makes states of the disk, one after the other, and gives what was told before each."""
        disk = Disk(self.daemon.data)
        done = 0
        for cut in self.cuts(count):
            for _, record in self.records[done:cut + 1]:
                disk.apply(record)
            done = cut + 1
            shutil.rmtree(target, ignore_errors=True)
            disk.write_state(self.run.random, target)
            yield cut, self.acknowledged_at(self.records[cut][0])

    def check(self, database, told):
        """Looks at a state: how many of its rows had been acknowledged."""
        if not os.path.exists(database):
            expect(not told, f"the store is gone, and {sum(told.values())} rows were acknowledged")
            return 0
        with copied(database) as connection:
            if not has_tables(connection):
                expect(not told, "the tables are gone, and rows were acknowledged")
                return 0
            check_store(connection)
            positions = [position_of(connection, import_id)[0] for import_id, _ in self.imports]
            for (import_id, _), position in zip(self.imports, positions):
                acknowledged = told.get(import_id, 0)
                expect(position >= acknowledged,
                       f"{acknowledged - position} of {acknowledged} acknowledged rows are lost")
            self.check_members(connection, positions)
        return sum(told.values())

    def check_members(self, connection, positions):
        begun = [place for place, position in enumerate(positions) if position]
        expect(all(position == ROWS for position in positions[:max(len(begun) - 1, 0)]),
               f"rows of an import are there, and not all of the one before it: {positions}")
        right = {}
        for place, row in self.changes[:sum(positions)]:
            right[place] = row
        expect(members_of(connection) == [right[place] for place in range(len(right))],
               "the members are not those of the rows up to the position")

    def go_on(self, name, target, number):
        """Starts a daemon on a state and brings all imports to their end."""
        daemon = self.run.daemon(f"{name}-{number}")
        shutil.move(target, daemon.data)
        daemon.start()
        # The power may have been cut before they were made.
        daemon.fill_catalogue()
        for import_id, path in self.imports:
            daemon.import_file(path, "--import-id", import_id, "--resume")
        expect(daemon.stop() == 0, "musterd does not end well")
        self.check(daemon.database(), {import_id: ROWS for import_id, _ in self.imports})
        shutil.rmtree(daemon.data)


def test(run):
    shim = Shim(run)
    count = STATES_SHORT if run.short else STATES_LONG
    acknowledged = started = cuts = 0
    while cuts < count:
        kind = list(RUNS)[cuts // STATES_OF_A_RECORDING % len(RUNS)]
        name = f"{kind}-{cuts}"
        recording = Recording(run, shim, name, RUNS[kind])
        target = run.path("state")
        for cut, told in recording.states(min(STATES_OF_A_RECORDING, count - cuts), target):
            database = os.path.join(target, "workspaces", "default.db")
            try:
                acknowledged += recording.check(database, told)
                if cuts % STATES_PER_DAEMON == 0:
                    recording.go_on(name, target, cuts)
                    started += 1
            except Failed as failure:
                raise Failed(f"after {cut} of {len(recording.records)} calls ({kind}): {failure}"
                             ) from None
            cuts += 1
    return (f"{cuts} states, 0 lost of {acknowledged} acknowledged rows in them, integrity ok in"
            f" each; a daemon went on from {started} of them")


if __name__ == "__main__":
    main(__doc__, test, ["syncs-later"])
