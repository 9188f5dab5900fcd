"""P24: what is deleted is gone.

The daemon is killed in each step of deleting a workspace, and in each of deleting a member whose values
are in the database, in its log, in before-images and in faults. After the restart the workspace, or the
member, is there in whole, or no byte of it is in any file of the data directory.
"""
import os
import signal
import time

from common import Failed, expect, main

KILLS_SHORT, KILLS_LONG = 30, 200
# Steps of deleting: the failpoint is reached so often.
WORKSPACE_STEPS, MEMBER_STEPS = 13, 4
# Generous: what a killed daemon has not erased is erased in the background.
ERASED_SECONDS_MAX = 30


def files_with(daemon, text):
    """The files of the data directory that have a text in them."""
    found = []
    for directory, _, names in os.walk(daemon.data):
        for name in names:
            path = os.path.join(directory, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    if text.encode() in file.read():
                        found.append(os.path.relpath(path, daemon.data))
    return found


class Deletion:
    """A member or a workspace with values that are found nowhere else."""

    def __init__(self, run, daemon, number):
        self.run = run
        self.daemon = daemon
        self.word = f"gone{number}x{run.random.randrange(10**9):09d}"
        self.email = f"{self.word}@example.org"

    def write(self, name, *rows):
        path = self.run.path(f"{name}-{self.word}.csv")
        with open(path, "w") as file:
            file.write("\n".join(["external_id,email,name,date_of_birth", *rows]) + "\n")
        return path

    def fill(self, workspace):
        """Members of whom there are before-images and a fault too."""
        who = f"{self.word}-id,{self.email}"
        first = self.write("first", f"{who},{self.word} Old,1980-01-02", "keep,keep@example.org,Keep,")
        then = self.write("then", f"{who},{self.word} New,", f"{who},{self.word},never")
        self.daemon.import_file(first, workspace=workspace)
        self.daemon.import_file(then, workspace=workspace, codes=(0, 2))
        expect(files_with(self.daemon, self.word), "the values are in no file at all")

    def start(self, point, step):
        if step == 0:
            self.daemon.start()
        else:
            self.daemon.start(environment={"MUSTER_FAILPOINT": f"{point}:{step}"})

    def delete(self, *command, workspace="default"):
        """Deletes; without a failpoint the daemon is killed at any time."""
        ended = self.daemon.muster(*command, workspace=workspace, codes=None)
        self.daemon.stop(signal.SIGKILL)
        return ended.returncode == 0

    def is_there(self, workspace):
        ended = self.daemon.muster(
            "member", "get", "--email", self.email, workspace=workspace, codes=(0, 1))
        return self.word + " New" in ended.stdout

    def look(self, workspace, was_told, what):
        """After a restart: there in whole, or gone; once it was told as gone, gone."""
        if self.is_there(workspace):
            expect(not was_told, f"{what}: what was told as deleted is there")
            return "there"
        end = time.monotonic() + ERASED_SECONDS_MAX
        while files_with(self.daemon, self.word):
            if time.monotonic() > end:
                raise Failed(f"{what}: its values stay in {files_with(self.daemon, self.word)}")
            time.sleep(0.02)
        return "gone"


def kill_workspace(run, daemon, number, step):
    deletion = Deletion(run, daemon, number)
    name = f"ws-{number}"
    deletion.start("deletion", step)
    daemon.muster("workspace", "create", name)
    deletion.fill(name)
    was_told = deletion.delete("workspace", "delete", name, "--yes")
    daemon.start()
    what = f"a workspace, killed at step {step}"
    # Deleted workspaces leave nothing for later: nobody need ask for them.
    left = files_with(daemon, deletion.word)
    outcome = deletion.look(name, was_told, what)
    expect(outcome == "there" or not left, f"{what}: its values stay in {left}")
    if outcome == "there":
        daemon.muster("workspace", "delete", name, "--yes")
    expect(not files_with(daemon, deletion.word), f"{what}: its values stay after a second deletion")
    daemon.stop()
    return outcome


def kill_member(run, daemon, number, step):
    deletion = Deletion(run, daemon, number)
    daemon.start()
    deletion.fill("default")
    daemon.stop(signal.SIGKILL)
    deletion.start("erasing", step)
    was_told = deletion.delete("member", "delete", "--email", deletion.email, "--yes")
    daemon.start(serves="/muster.v1.WorkspaceService/ListWorkspaces")
    outcome = deletion.look("default", was_told, f"a member, killed at step {step}")
    daemon.stop()
    return outcome


def test(run):
    kills = KILLS_SHORT if run.short else KILLS_LONG
    told = {}
    daemon = run.daemon("data")
    workspace_steps, member_steps = 0, 0
    for number in range(kills):
        if number % 3 != 2:
            outcome = "workspace " + kill_workspace(
                run, daemon, number, workspace_steps % (WORKSPACE_STEPS + 1))
            workspace_steps += 1
        else:
            outcome = "member " + kill_member(run, daemon, number, member_steps % (MEMBER_STEPS + 1))
            member_steps += 1
        told[outcome] = told.get(outcome, 0) + 1
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(told.items()))
    return f"{kills} kills: {outcomes}; 0 bytes of what is gone"


if __name__ == "__main__":
    main(__doc__, test, ["unlinks-database-first", "keeps-deleted-in-log"])
