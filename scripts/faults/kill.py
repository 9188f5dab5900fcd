"""P1: an acknowledged row survives a process crash.

The daemon is killed with SIGKILL in the middle of imports, at a random time or at a failpoint, and
started again; then the import goes on. After each kill the store must be whole, hold exactly the rows
up to the import's position, and that position must be at least what any command has heard to be
committed.
"""
import csv
import itertools
import signal
import statistics
import time
import uuid

from common import Failed, expect, main
from disk import Disk
from store import Model, check_model, check_store, copied, position_of

KILLS_SHORT, KILLS_LONG = 100, 2_000
# After so many kills a new store is begun: a large one takes long to check.
KILLS_OF_A_STORE = 20
# Many small imports, of which the summary is heard, and some that tell of their progress.
SIZES = [500, 500, 500, 500, 2_000, 15_000]
# Seconds: in so many, an import of the largest size is over.
RANDOM_KILL_MAX = 0.5
FAILPOINTS = {  # and how often each may be passed before it kills
    "before-commit": 4, "after-commit": 4, "before-answer": 3, "before-finish": 1,
    "before-summary": 1,
}
# In the middle of a checkpoint: after some of its pages were written to the database, where nothing
# else writes. The failpoint only makes a checkpoint follow each commit.
CHECKPOINT = "checkpoint"
CHECKPOINT_WRITES_MAX = 12
PLACES = ["random", *FAILPOINTS, CHECKPOINT]
# The failpoint was not reached: killed just after the summary.
LATE = "after the summary"
# Long enough for whatever is on its way to the client to arrive.
FAILPOINT_WAIT_MILLISECONDS = [0, 0, 30]
# Every other time, the daemon waits in front of the first commit that has rows until all progress that
# it owes was told: that is at the latest 500 ms after a commit, so a false one is heard for certain.
TELLING = "before-commit:2:700"
# Ready within a second of a restart. A loaded machine may take longer once.
READY_SECONDS_MAX = 1.0
OPENS_THE_STORE = "/muster.v1.WorkspaceService/ListRoles"


class Killing:
    """A store, the model of what it must hold, and the import that is going on."""

    def __init__(self, run, disk, number, counts):
        """counts: for each place that is counted, how often it may be passed the next times."""
        self.run = run
        self.disk = disk
        self.counts = counts
        self.random = run.random
        self.daemon = run.daemon(f"data-{number}")
        self.daemon.start()
        self.daemon.fill_catalogue()
        self.daemon.stop()
        self.model = Model()
        self.rows_known = 0
        self.tells = False
        self.number = number
        self.files = 0
        self.begin()

    def begin(self):
        """Another import: of new members, or of known ones with something changed."""
        self.rows = self.random.choice(SIZES)
        changed = self.rows <= self.rows_known and self.random.random() < 0.5
        # Each time another description, or nothing would change.
        seed = self.run.seed % 1_000
        if changed and self.random.random() < 0.5:
            self.path = self.scattered(self.run.members(self.rows_known, changed=True, seed=seed))
        else:
            start = 0 if changed else self.rows_known
            self.path = self.run.members(self.rows, start=start, changed=changed, seed=seed)
        self.rows_known += 0 if changed else self.rows
        self.import_id = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        self.position = 0
        self.acknowledged = 0

    def scattered(self, path):
        """So many of the members of a file, in no order: their changes wait for each other."""
        with open(path, newline="") as file:
            header, *members = csv.reader(file)
        self.files += 1
        scattered = self.run.path(f"scattered-{self.number}-{self.files}.csv")
        with open(scattered, "w", newline="") as file:
            csv.writer(file).writerows([header, *self.random.sample(members, self.rows)])
        return scattered

    def kill(self, place):
        """Starts the daemon, kills it in the middle of the import, and looks at what is left.

        Returns where it was killed and how many seconds it took to start.
        """
        setting = self.setting_of(place)
        try:
            self.daemon.start(serves=OPENS_THE_STORE, environment=setting)
        except Failed:
            # What the log has is copied as soon as the store is opened.
            if place != CHECKPOINT or self.daemon.process.returncode != -signal.SIGKILL:
                raise
            self.daemon.stop()
            self.look(was_told_summary=False)
            return place, None
        ready = self.daemon.ready_seconds
        command = self.daemon.begin_import(self.path, "--import-id", self.import_id, "--resume")
        if place == "random":
            time.sleep(self.random.random() * RANDOM_KILL_MAX)
        else:
            # The failpoint kills; it need not be reached in what is left of the import.
            command.process.wait()
            place = LATE if command.process.returncode == 0 and self.daemon.runs else place
        self.daemon.stop(signal.SIGKILL)
        code = command.wait()
        if code not in (0, 1):
            raise Failed(f"the command ended with {code}: {command.errors[-300:]}")
        self.acknowledged = max(self.acknowledged, command.committed)
        self.look(command.summary is not None)
        return place, ready

    def look(self, was_told_summary):
        with copied(self.daemon.database()) as connection:
            self.check(connection, was_told_summary)

    def setting_of(self, place):
        if place == "random":
            return {}
        if place == CHECKPOINT:
            kill = self.disk.fault(
                self.daemon, "write", next(self.counts[CHECKPOINT]), ending="default.db", action="kill")
            return {"MUSTER_FAILPOINT": "checkpoint:0", **kill}
        if place == "before-commit":
            self.tells = not self.tells
            if self.tells:
                return {"MUSTER_FAILPOINT": TELLING}
        count = next(self.counts[place])
        wait = self.random.choice(FAILPOINT_WAIT_MILLISECONDS)
        return {"MUSTER_FAILPOINT": f"{place}:{count}:{wait}"}

    def check(self, connection, was_told_summary):
        check_store(connection)
        position, is_finished = position_of(connection, self.import_id)
        expect(position >= self.acknowledged,
               f"{self.acknowledged - position} acknowledged rows are lost: {self.acknowledged} were"
               f" told as committed, the store has {position}")
        expect(is_finished or not was_told_summary, "an import with a summary is not finished")
        expect(position >= self.position, f"the position fell from {self.position} to {position}")
        self.model.apply_file(self.path, self.position, position)
        self.position = position
        check_model(connection, self.model)
        if is_finished:
            expect(position == self.rows, f"finished at row {position} of {self.rows}")
            self.begin()


def test(run):
    kills = KILLS_SHORT if run.short else KILLS_LONG
    disk = Disk(run)
    # The first time each kills at once: every import comes there.
    counts = {place: itertools.cycle(range(1, most + 1))
              for place, most in [*FAILPOINTS.items(), (CHECKPOINT, CHECKPOINT_WRITES_MAX)]}
    ready, places = [], {}
    for kill in range(kills):
        if kill % KILLS_OF_A_STORE == 0:
            killing = Killing(run, disk, kill // KILLS_OF_A_STORE, counts)
        place, seconds = killing.kill(PLACES[kill % len(PLACES)])
        places[place] = places.get(place, 0) + 1
        if seconds is not None:
            ready.append(seconds)
    for place in PLACES:
        expect(places.get(place, 0) > 0, f"no kill at {place}")
    median = statistics.median(ready)
    expect(median <= READY_SECONDS_MAX, f"a restart takes {median:.2f} s, more than 1 s")
    spread = ", ".join(f"{count} {place}" for place, count in sorted(places.items()))
    return (f"{kills} kills ({spread}), 0 lost, 0 doubled, integrity ok after each; ready in"
            f" {median:.2f} s (median), {max(ready):.2f} s (most)")


if __name__ == "__main__":
    main(__doc__, test, ["acknowledges-before-commit"])
