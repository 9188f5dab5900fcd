"""P4: a commit is all or nothing, whatever call fails in it.

The n-th write, sync, open or truncation below the data directory fails, or the n-th
allocation of memory by SQLite, n = 1, 2, ... until a run has fewer (the short form takes some of
them). Each run starts a daemon on a copy of the same store, or on none, and imports a file of changed
and new members. The daemon must not crash; what it says it has done must be right; and a daemon started
afterwards must bring the import to its end, with the store that the model says.
"""
import errno
import os
import shutil
import signal
import uuid

from common import Failed, expect, main
from disk import Disk
from store import Model, check_model, check_store, copied, has_tables, position_of

# Calls that fail in the short form, of each kind: in a store that has members, and in a new one.
CALLS_SHORT = {
    "known": {"write": 7, "write of -witness": 3, "sync": 4, "open": 4, "truncate": 1, "alloc": 10},
    "new": {"write": 4, "sync": 3, "open": 2, "mkdir": 1, "alloc": 4},
}
# In the long form every call fails, but of the allocations one in so many: other ones each time.
ALLOC_SHARE_LONG = 16
KNOWN_ROWS, CHANGED_ROWS, NEW_ROWS = 400, 200, 1_500
ERRORS = {"write": [errno.EIO, errno.ENOSPC], "open": [errno.EIO, errno.EMFILE, errno.EACCES]}
# One call in so many fails, and all after it.
ALWAYS_SHARE = 0.25


class Injection:
    """The store that every run begins with, the file that it imports, and what must come of it."""

    def __init__(self, run):
        self.run = run
        self.disk = Disk(run)
        self.count = 0
        known = run.members(KNOWN_ROWS)
        self.template = run.daemon("template")
        self.template.start()
        self.template.fill_catalogue()
        self.template.import_file(known)
        self.template.stop()
        changed = run.members(CHANGED_ROWS, changed=True)
        new = run.members(NEW_ROWS, start=KNOWN_ROWS)
        self.path = run.path("both.csv")
        with open(self.path, "w") as both, open(changed) as first, open(new) as second:
            both.write(first.read() + "".join(list(second)[1:]))
        self.models = {"known": Model().apply_file(known), "new": Model()}

    def calls_of_a_clean_run(self, store, kind):
        daemon = self.begin(store)
        kind, ending = kind_and_ending(kind)
        daemon.start(environment=self.disk.fault(daemon, kind, 1 << 30, ending=ending))
        self.work(daemon, str(uuid.uuid4()))
        expect(daemon.stop() == 0, "a clean run does not end well")
        return self.disk.call_count

    def begin(self, store):
        self.count += 1
        daemon = self.run.daemon(f"data-{self.count}")
        if store == "known":
            shutil.copytree(self.template.data, daemon.data)
        return daemon

    def fail(self, store, kind, number):
        """One run in which a call fails, by chance in one of the ways that it can."""
        action = "always" if self.run.random.random() < ALWAYS_SHARE else "once"
        error = self.run.random.choice(ERRORS.get(kind_and_ending(kind)[0], [errno.EIO]))
        self.fail_so(store, kind, number, action, error)

    def fail_in_the_rows(self):
        """The disk is full for a moment in the middle of the rows, which are most of the log."""
        kind = "write of -wal"
        count = self.calls_of_a_clean_run("known", kind)
        self.fail_so("known", kind, count // 2, "once", errno.ENOSPC)

    def fail_so(self, store, kind, number, action, error):
        call, ending = kind_and_ending(kind)
        daemon, import_id = self.begin(store), str(uuid.uuid4())
        fault = self.disk.fault(daemon, call, number, ending=ending, action=action, error=error)
        try:
            acknowledged, exported = self.hurt(daemon, import_id, fault)
            # A commit whose sync failed was told as failed, and may be there after a restart.
            exported = None if kind == "sync" else exported
            self.check(daemon, store, import_id, acknowledged, exported)
            daemon.start()
            daemon.fill_catalogue()
            daemon.import_file(self.path, "--import-id", import_id, "--resume")
            daemon.stop()
            self.check(daemon, store, import_id, CHANGED_ROWS + NEW_ROWS, None)
        except Failed as failure:
            how = f"{action}, {errno.errorcode[error]}"
            raise Failed(f"{kind} {number} of a {store} store fails ({how}): {failure}") from None
        shutil.rmtree(daemon.data)

    def hurt(self, daemon, import_id, fault):
        """Works with a daemon that will fail: the rows that it acknowledged, and what it exported."""
        acknowledged, exported = 0, None
        try:
            daemon.start(environment=fault)
        except Failed:
            # It may refuse to start, but in good order.
            code = daemon.process.poll()
            expect(code is not None and code > 0, f"a start ended with {code}: {daemon.last_log()}")
            return acknowledged, exported
        acknowledged, exported = self.work(daemon, import_id)
        code = daemon.stop(signal.SIGTERM)
        expect(code is not None and code >= 0, f"musterd crashed with {code}: {daemon.last_log()}")
        return acknowledged, exported

    def work(self, daemon, import_id):
        acknowledged = 0
        try:
            daemon.fill_catalogue()
        except Failed:
            # Then the import may be refused too; the daemon must not crash over it.
            pass
        for _ in range(2):
            # The second goes on in the same daemon, which may refuse it.
            done = daemon.import_file(self.path, "--import-id", import_id, "--resume", codes=None)
            acknowledged = max(acknowledged, done.committed)
            expect(daemon.runs, f"musterd crashed with {daemon.process.poll()}: {daemon.last_log()}")
            expect("DATA_LOSS" not in done.errors and "dataLoss" not in done.errors,
                   f"an error that damages nothing is called a data loss: {done.errors[-300:]}")
            expect(done.process.returncode in (0, 1), f"the import ended with {done.errors[-300:]}")
        export = daemon.muster("export", codes=None)
        exported = len(export.stdout.splitlines()) - 1 if export.returncode == 0 else None
        daemon.muster("label", "create", "later", codes=None)
        return acknowledged, exported

    def check(self, daemon, store, import_id, acknowledged, exported):
        expect(os.path.exists(daemon.database()) or store == "new", "the store is gone")
        if not os.path.exists(daemon.database()):
            return expect(acknowledged == 0, "there is no store, and rows were acknowledged")
        with copied(daemon.database()) as connection:
            if not has_tables(connection):
                return expect(acknowledged == 0, "there are no tables, and rows were acknowledged")
            check_store(connection)
            position, _ = position_of(connection, import_id)
            expect(position >= acknowledged,
                   f"{acknowledged} rows were told as committed, the store has {position}")
            model = self.models[store].copy().apply_file(self.path, 0, position)
            check_model(connection, model)
            expect(exported in (None, len(model.stored)),
                   f"an export of {len(model.stored)} members had {exported}")


def kind_and_ending(kind):
    """The kind of a call, and what the names of its files end with: "write of -witness"."""
    call, _, ending = kind.partition(" of ")
    return call, ending


def numbers_of(run, kind, count, wanted):
    """Which calls fail: all, or so many of them, one from each equal part."""
    if not run.short:
        wanted = count // ALLOC_SHARE_LONG if kind == "alloc" else count
    if count <= wanted:
        return list(range(1, count + 1))
    edges = [part * count // wanted for part in range(wanted + 1)]
    numbers = [run.random.randint(low + 1, high) for low, high in zip(edges, edges[1:])]
    # The last write of a witness takes back what it claims, before the log is emptied.
    return numbers[:-1] + [count] if kind.endswith("-witness") else numbers


def test(run):
    injection = Injection(run)
    injection.fail_in_the_rows()
    done = []
    for store, kinds in CALLS_SHORT.items():
        failed = []
        for kind, wanted in kinds.items():
            count = injection.calls_of_a_clean_run(store, kind)
            numbers = numbers_of(run, kind, count, wanted)
            for number in numbers:
                injection.fail(store, kind, number)
            failed.append(f"{len(numbers)} of {count} {kind}")
        done.append(f"in a {store} store {', '.join(failed)}")
    return f"failed {'; '.join(done)}: 0 crashes, 0 lost, integrity ok and resumed after each"


if __name__ == "__main__":
    main(__doc__, test, ["keeps-failed-changes"])
