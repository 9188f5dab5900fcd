"""P8: memory is bounded, however many workspaces are used.

Hundreds of workspaces are imported into one after the other, twice, in a daemon that may keep a few
dozen of them open. Imports into five of them are held open all the time, and end as if nothing had
been. The daemon's memory stays within its budget and what it takes besides, and within the 320 MiB
and 60 bytes a member of Promises, P8; no row is lost or doubled.
"""
import contextlib
import os
import uuid

from common import expect, main
from stock import Messages, Stream, in_environment
from store import check_store, copied

WORKSPACES_SHORT, WORKSPACES_LONG = 220, 1_000 - 6
ROWS_SHORT, ROWS_LONG = 500, 2_000
HELD = 5
BUDGET_BYTES = 32 << 20
# Besides the budget: chunks on their way, what a connection takes, what the allocator keeps.
BESIDES_BYTES_MAX = 48 << 20
RESIDENT_BYTES_MAX, MEMBER_BYTES_MAX = 320 << 20, 60
COLUMNS = ["external_id", "email", "name"]


def resident_bytes(daemon):
    with open(f"/proc/{daemon.process.pid}/status") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) << 10
    raise RuntimeError("no VmRSS")


def descriptor_count(daemon):
    return len(os.listdir(f"/proc/{daemon.process.pid}/fd"))


def rows_of(name, numbers):
    return [[f"{name}-{number}", f"{name}.{number}@example.org", f"n{number}"] for number in numbers]


class Scene:
    """A daemon, a connection to it, and the most that it has taken."""

    def __init__(self, run, channel, daemon, messages):
        self.run, self.daemon, self.messages = run, daemon, messages
        self.imports = messages.services.ImportServiceStub(channel)
        self.workspaces = messages.workspace_services.WorkspaceServiceStub(channel)
        self.most_bytes = self.most_descriptors = 0

    def make(self, name):
        self.workspaces.CreateWorkspace(self.messages.workspaces.CreateWorkspaceRequest(name=name))

    def begin(self, name):
        first = self.messages.begin(
            workspace=name, columns=COLUMNS,
            import_id=str(uuid.UUID(int=self.run.random.getrandbits(128), version=4)))
        stream = Stream(self.imports, first)
        expect(stream.wait_for_accepted() is not None, f"begin in {name} ended with {stream.status}")
        return stream

    def end(self, stream, name, first_row, rows):
        """Sends the rest of an import: its counts."""
        stream.send(self.messages.chunk(first_row, rows))
        stream.send(self.messages.finish(first_row + len(rows)))
        stream.half_close()
        status = stream.wait_for_end()
        expect(status[0] == "OK", f"the import into {name} ended with {status}")
        return stream.last("summary").counts

    def look(self):
        self.most_bytes = max(self.most_bytes, resident_bytes(self.daemon))
        self.most_descriptors = max(self.most_descriptors, descriptor_count(self.daemon))


def import_all(scene, names, rows):
    """Imports into all workspaces twice: new rows, then the same in another order."""
    for name in names:
        scene.make(name)
        counts = scene.end(scene.begin(name), name, 0, rows_of(name, range(rows)))
        expect(counts.created == rows, f"{name}: {counts.created} of {rows} rows are new")
        scene.look()
    names = list(names)
    scene.run.random.shuffle(names)
    for name in names:
        counts = scene.end(scene.begin(name), name, 0, rows_of(name, range(rows)))
        expect(counts.unchanged == rows, f"{name}: {counts.unchanged} of {rows} rows are unchanged")
        scene.look()


def check_files(daemon, names, rows):
    for name in names:
        with copied(daemon.database(name)) as connection:
            check_store(connection)
            held = connection.execute("SELECT count(*) FROM member").fetchone()[0]
            expect(held == rows, f"{name} has {held} members of {rows}")


def test(run):
    import grpc

    count = WORKSPACES_SHORT if run.short else WORKSPACES_LONG
    rows = ROWS_SHORT if run.short else ROWS_LONG
    names = [f"w{number}" for number in range(count)]
    held = [f"held-{number}" for number in range(HELD)]
    messages = Messages(run.directory)
    daemon = run.daemon(config={
        "limits": {"rowsPerImport": 0, "bytesPerImport": 0},
        "workspaces": {"memoryBytes": BUDGET_BYTES}}).start()
    with contextlib.closing(grpc.insecure_channel(f"unix:{daemon.socket}")) as channel:
        scene = Scene(run, channel, daemon, messages)
        idle_bytes = resident_bytes(daemon)
        streams = []
        for name in held:
            scene.make(name)
            streams.append(scene.begin(name))
            streams[-1].send(messages.chunk(0, rows_of(name, range(rows // 2))))
        import_all(scene, names, rows)
        for stream, name in zip(streams, held):
            rest = rows_of(name, range(rows // 2, rows))
            counts = scene.end(stream, name, rows // 2, rest)
            expect(counts.created == rows, f"{name}: {counts.created} of {rows} rows are new")
        scene.look()
    expect(daemon.stop() == 0, "the daemon does not end in order")
    check_files(daemon, names + held, rows)
    bound = min(idle_bytes + BUDGET_BYTES + BESIDES_BYTES_MAX,
                RESIDENT_BYTES_MAX + MEMBER_BYTES_MAX * rows * (count + HELD))
    most = f"{scene.most_bytes / 2**20:.0f} MiB"
    expect(scene.most_bytes <= bound, f"the daemon took {most}, over {bound / 2**20:.0f} MiB")
    return (f"{count} workspaces of {rows} members, twice, beside {HELD} open imports: at most {most}, "
            f"{idle_bytes / 2**20:.0f} MiB when idle and {BUDGET_BYTES >> 20} MiB of budget included; "
            f"{scene.most_descriptors} file descriptors")


if __name__ == "__main__":
    in_environment()
    main(__doc__, test, ["keeps-workspaces-open", "closes-workspaces-in-use"])
