"""P6: a daemon whose disk hangs does not say that it serves, and serves again when the disk does.

The first sync of a commit does not return until the test lets it. Meanwhile calls that need no disk are
answered at once, and the health check says NOT_SERVING; the log says why. Then the commit ends well.
"""
import subprocess
import time

from common import expect, main
from daemon import COMMAND_SECONDS_MAX
from disk import Disk

# How long a sync may take before the daemon says that it does not serve; and how long after that a
# loaded machine may take to say so.
SYNC_SECONDS_MAX = 5
LATE_SECONDS_MAX = 8


def waits_for(daemon, status, seconds):
    """The seconds until the daemon says so of itself; Failed if it does not, or is slow to answer."""
    begun = time.monotonic()
    while True:
        asked = time.monotonic()
        said = daemon.muster("health", codes=(0, 1)).stdout
        answered = time.monotonic()
        expect(answered - asked < 5, f"health took {answered - asked:.1f} s")
        if f'"{status}"' in said:
            return answered - begun
        expect(answered - begun < seconds, f"{answered - begun:.0f} s after its disk hung, the daemon"
               f" says {said.strip()}, not {status}")
        time.sleep(0.05)


def waits_for_line(daemon, text, seconds):
    begun = time.monotonic()
    while True:
        with open(daemon.log) as log:
            if text in log.read():
                return
        expect(time.monotonic() - begun < seconds, f"the daemon's log does not say: {text}")
        time.sleep(0.05)


def test(run):
    disk = Disk(run)
    daemon = run.daemon().start()
    daemon.muster("label", "create", "first")
    daemon.stop()
    daemon.start(environment=disk.fault(daemon, "sync", 1, ending="-wal", action="hang"))
    waits_for(daemon, "SERVING", LATE_SECONDS_MAX)
    command = subprocess.Popen(
        daemon.muster_command("label", "create", "second"), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=daemon.muster_environment())
    try:
        while not disk.has_fired:
            expect(command.poll() is None, "the command ended before the disk hung")
            time.sleep(0.01)
        seconds = waits_for(daemon, "NOT_SERVING", SYNC_SECONDS_MAX + LATE_SECONDS_MAX)
        waits_for_line(daemon, "the disk does not answer", LATE_SECONDS_MAX)
        expect(command.poll() is None, "the command ended while the disk hung")
        disk.release()
        again = waits_for(daemon, "SERVING", LATE_SECONDS_MAX)
        _, said = command.communicate(timeout=COMMAND_SECONDS_MAX)
        expect(command.returncode == 0, f"the command ended with {command.returncode}: {said[-300:]}")
    finally:
        command.kill()
        command.wait()
    expect("second" in daemon.muster("label", "list").stdout, "the commit that hung is lost")
    return (f"NOT_SERVING {seconds:.1f} s after the disk hung, SERVING {again:.1f} s after it answered")


if __name__ == "__main__":
    main(__doc__, test, ["serves-while-stalled"])
