"""P4: a commit is all or nothing, whatever call fails in it.

The n-th write, sync, open or truncation below the data directory fails, or the n-th
allocation of memory by SQLite, n = 1, 2, ... until a run has fewer (the short form takes some of
them). Each run starts a daemon on a copy of the same store and imports a file of changed and new
members. The daemon must not crash; what it says it has done must be right; and a daemon started
afterwards must bring the import to its end, with the store that the model says.
"""
import errno
import shutil
import signal
import uuid

from common import Failed, expect, main
from disk import Disk
from store import Model, check_model, check_store, copied, position_of

# Calls that fail in the short form, of each kind.
KINDS_SHORT = {"write": 9, "sync": 6, "open": 7, "truncate": 2, "alloc": 16}
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
        self.known = Model().apply_file(known)

    def calls_of_a_clean_run(self, kind):
        daemon = self.copy()
        daemon.start(environment=self.disk.fault(daemon, kind, 1 << 30))
        self.work(daemon, str(uuid.uuid4()))
        expect(daemon.stop() == 0, "a clean run does not end well")
        return self.disk.call_count

    def copy(self):
        self.count += 1
        daemon = self.run.daemon(f"data-{self.count}")
        shutil.copytree(self.template.data, daemon.data)
        return daemon

    def fail(self, kind, number):
        """One run in which a call fails."""
        action = "always" if self.run.random.random() < ALWAYS_SHARE else "once"
        error = self.run.random.choice(ERRORS.get(kind, [errno.EIO]))
        daemon, import_id = self.copy(), str(uuid.uuid4())
        fault = self.disk.fault(daemon, kind, number, action=action, error=error)
        try:
            acknowledged, exported = self.hurt(daemon, import_id, fault)
            with copied(daemon.database()) as connection:
                # A commit whose sync failed was told as failed, and may be there after a restart.
                self.check(connection, import_id, acknowledged, None if kind == "sync" else exported)
            daemon.start()
            daemon.import_file(self.path, "--import-id", import_id, "--resume")
            daemon.stop()
            with copied(daemon.database()) as connection:
                self.check(connection, import_id, CHANGED_ROWS + NEW_ROWS, None)
        except Failed as failure:
            raise Failed(f"{kind} {number} fails ({action}, {errno.errorcode[error]}): {failure}"
                         ) from None
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

    def check(self, connection, import_id, acknowledged, exported):
        check_store(connection)
        position, _ = position_of(connection, import_id)
        expect(position >= acknowledged,
               f"{acknowledged} rows were told as committed, the store has {position}")
        check_model(connection, self.known.copy().apply_file(self.path, 0, position))
        held = connection.execute("SELECT count(*) FROM member").fetchone()[0]
        expect(exported in (None, held), f"an export of {held} members had {exported}")


def numbers_of(run, count, wanted):
    """Which calls fail: all, or so many of them, one from each equal part."""
    if not run.short or count <= wanted:
        return range(1, count + 1)
    return [part * count // wanted + run.random.randint(1, max(count // wanted, 1))
            for part in range(wanted)]


def test(run):
    injection = Injection(run)
    done = []
    for kind, wanted in KINDS_SHORT.items():
        count = injection.calls_of_a_clean_run(kind)
        numbers = numbers_of(run, count, wanted)
        for number in numbers:
            injection.fail(kind, number)
        done.append(f"{len(numbers)} of {count} {kind}")
    return f"failed {', '.join(done)}: 0 crashes, 0 lost, integrity ok and resumed after each"


if __name__ == "__main__":
    main(__doc__, test, ["keeps-failed-changes"])
