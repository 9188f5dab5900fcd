"""P13: one daemon a store and a socket.

While a command imports, a second daemon is started on the same data directory, on the same socket, and on
both: each time it ends within a second, in words, and the first is unharmed.
"""
import os
import subprocess
import time

from call import answers
from common import expect, main
from daemon import BINARIES
from store import Model, check_model, check_store, copied

ROUNDS_SHORT, ROUNDS_LONG = 3, 100
ROWS = 20_000
# Promises, P13. A loaded machine may take longer once: the median counts, and nobody hangs.
END_SECONDS_MAX, HANG_SECONDS = 1.0, 60

HEALTH = "/grpc.health.v1.Health/Check"


def start_second(run, daemon, what):
    """Starts a second daemon on the first one's data, socket or both: seconds until it ended."""
    data = daemon.data if what != "socket" else run.path("other-data")
    path = daemon.socket if what != "data" else run.path("other.sock")
    named = {"data": data, "socket": path, "both": data}[what]
    environment = dict(os.environ, **({"MUSTER_MUTANT": run.mutant} if run.mutant else {}))
    begun = time.perf_counter()
    second = subprocess.Popen(
        [os.path.join(BINARIES, "musterd"), "--socket", path, "--data", data],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    while second.poll() is None:
        # On a socket of its own it alone can answer.
        serves = what == "data" and answers(path, HEALTH)
        if serves or time.perf_counter() - begun > HANG_SECONDS:
            second.kill()
            second.communicate()
            expect(False, f"a second daemon on the same {what} {'serves' if serves else 'hangs'}")
        time.sleep(0.002)
    seconds = time.perf_counter() - begun
    _, said = second.communicate()
    expect(second.returncode == 1 and named in said and "musterd" in said,
           f"a second daemon on the same {what} ended with {second.returncode}: {said[-300:]}")
    return seconds


def test(run):
    daemon = run.daemon().start()
    daemon.fill_catalogue()
    model = Model()
    taken = []
    for number in range(ROUNDS_SHORT if run.short else ROUNDS_LONG):
        path = run.members(ROWS, start=0, changed=number % 2 == 1)
        begun = daemon.begin_import(path)
        begun.wait_until(lambda command: command.received > 0)
        taken += [start_second(run, daemon, what) for what in ("data", "socket", "both")]
        expect(begun.wait() == 0, f"the first daemon's import failed: {begun.errors[-300:]}")
        model.apply_file(path)
    expect(daemon.stop() == 0, "the first daemon does not end in order")
    with copied(daemon.database()) as connection:
        check_store(connection)
        check_model(connection, model)
    median = sorted(taken)[len(taken) // 2]
    expect(median <= END_SECONDS_MAX, f"a second daemon takes {median:.2f} s to end")
    return (f"{len(taken)} second daemons on the same data, socket or both: each refused in words within"
            f" {median:.2f} s (median), {max(taken):.2f} s (most); the first is unharmed")


if __name__ == "__main__":
    main(__doc__, test, ["shares-locks"])
