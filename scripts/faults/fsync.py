"""P6: a failed fsync is never taken back.

A sync of the log fails once, at a commit or in a checkpoint, or a sync of the database in a
checkpoint, or while the workspace closes for another one; the system reports such a failure once and
never again. From then on the workspace must acknowledge nothing, refuse every write and say why, and go
on being read, until the daemon is started again. Another workspace must not notice. After the restart
the import goes on to its end.
"""
import uuid

from common import expect, main
from daemon import NO_LIMITS
from disk import Disk
from store import Model, check_model, check_store, copied

ROUNDS_SHORT, ROUNDS_LONG = 9, 240
CLOSINGS_SHORT, CLOSINGS_LONG = 2, 24
# A workspace closes in its own time; each try is a call.
TRIES_MAX = 100
ROWS = 300
# In a daemon that checkpoints after each commit a sync of the log at a commit is followed by one of
# the log and one of the database.
CASES = [("-wal", None), ("-wal", "checkpoint:0"), ("default.db", "checkpoint:0")]
# Syncs that one import and one label make at least, in each case.
SYNCS = 3


def sync_fails_in(run, disk, number):
    """One round, in a store of its own: how many rows had been acknowledged before the failure."""
    ending, failpoint = CASES[number % len(CASES)]
    daemon = run.daemon(f"data-{number}")
    daemon.start()
    daemon.fill_catalogue()
    daemon.muster("workspace", "create", "other")
    daemon.fill_catalogue("other")
    known = run.members(ROWS)
    daemon.import_file(known)
    daemon.stop()

    environment = disk.fault(daemon, "sync", run.random.randint(1, SYNCS), ending=ending)
    if failpoint:
        environment["MUSTER_FAILPOINT"] = failpoint
    daemon.start(environment=environment)
    acknowledged = imports = 0
    while not disk.has_fired:
        imports += 1
        expect(imports <= SYNCS + 2, f"no sync of *{ending} fails")
        path = run.members(ROWS, start=ROWS * imports)
        before = daemon.import_file(path, "--import-id", str(uuid.uuid4()), codes=None)
        acknowledged += before.committed
        # A checkpoint comes after the acknowledgement, in its own time: another call waits for it.
        daemon.muster("imports", "list", codes=None)
    check_refusals(daemon, run.members(ROWS, start=ROWS * (imports + 1)))
    check_others(daemon, known)
    daemon.stop()
    with copied(daemon.database()) as connection:
        check_store(connection)
        held = connection.execute("SELECT count(*) FROM member").fetchone()[0]
        expect(held >= ROWS + acknowledged,
               f"{ROWS + acknowledged} rows were acknowledged, {held} members are left")

    daemon.start()
    paths = [run.members(ROWS, start=ROWS * place) for place in range(imports + 1)]
    model = Model()
    for path in paths:
        daemon.import_file(path)
        model.apply_file(path)
    daemon.stop()
    with copied(daemon.database()) as connection:
        check_store(connection)
        check_model(connection, model)
    return acknowledged


def sync_fails_at_closing(run, disk, number):
    """A workspace that closes for another one, while its log is emptied: it must not open anew as if
    nothing had been."""
    config = dict(NO_LIMITS, workspaces={"open": 1})
    daemon = run.daemon(f"closing-{number}", config=config).start()
    daemon.fill_catalogue()
    daemon.muster("workspace", "create", "other")
    daemon.fill_catalogue("other")
    daemon.stop()
    known = run.members(ROWS)
    # The file is synced once when the store is opened, with its mark, and then not before its log is
    # emptied.
    daemon.start(environment=disk.fault(daemon, "sync", 2, ending="default.db"))
    expect(daemon.import_file(known).summary["created"] == ROWS, "the first import lacks rows")
    expect(not disk.has_fired, "a sync failed before the workspace was to close")
    for _ in range(TRIES_MAX):
        daemon.muster("label", "list", workspace="other")
        if disk.has_fired:
            break
    expect(disk.has_fired, "no sync fails while the workspace closes")
    check_refusals(daemon, run.members(ROWS, start=ROWS))
    check_others(daemon, known)
    daemon.stop()
    daemon.start()
    counts = daemon.import_file(known, "--import-id", str(uuid.uuid4())).summary
    expect(counts["unchanged"] == ROWS, f"after the restart the same rows count {counts}")
    daemon.stop()
    with copied(daemon.database()) as connection:
        check_store(connection)


def check_refusals(daemon, path):
    """Every kind of write is refused, each time anew, and says what to do."""
    for _ in range(2):
        refused = daemon.import_file(path, "--import-id", str(uuid.uuid4()), codes=None)
        expect(refused.committed == 0 and refused.summary is None,
               f"{refused.committed} rows are acknowledged after a failed sync")
        label = daemon.muster("label", "create", "later", codes=None)
        expect(label.returncode == 1, "a label is made after a failed sync")
        for said in (refused.errors, label.stderr):
            expect("takes no rows until the daemon is started again" in said,
                   f"the refusal does not say what to do: {said!r}")


def check_others(daemon, known):
    """What is there can be read, and another workspace takes rows."""
    exported = daemon.muster("export").stdout
    with open(known) as file:
        emails = [line.split(",")[0] for line in file][1:]
    expect(all(email in exported for email in emails), "the export lacks members")
    daemon.muster("imports", "list")
    summary = daemon.import_file(known, workspace="other").summary
    expect(summary["created"] == ROWS, "another workspace does not take rows")


def test(run):
    disk = Disk(run)
    rounds = ROUNDS_SHORT if run.short else ROUNDS_LONG
    acknowledged = sum(sync_fails_in(run, disk, number) for number in range(rounds))
    closings = CLOSINGS_SHORT if run.short else CLOSINGS_LONG
    for number in range(closings):
        sync_fails_at_closing(run, disk, number)
    return (f"{rounds} failed syncs (of the log at a commit, of the log and the database in a"
            f" checkpoint) and {closings} while a workspace closes: 0 acknowledgements after it,"
            f" {acknowledged} rows acknowledged before it kept, reads and other workspaces went on")


if __name__ == "__main__":
    main(__doc__, test, ["forgets-failed-sync", "forgets-failed-checkpoint"])
