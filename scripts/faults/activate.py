"""P9: no connection is refused while the daemon is restarted, with a socket that systemd holds.

systemd-socket-activate starts the daemon when somebody connects, and hands it the socket. Clients call
all the time while it is ended with SIGTERM and started again: none is refused. The service manager is
told READY=1, WATCHDOG=1 and STOPPING=1. What it cannot have meant is refused in words.
"""
import os
import signal
import socket
import statistics
import subprocess
import threading
import time

from call import DATA, read_exactly, request
from common import Failed, expect, main
from daemon import BINARIES
from held import HeldSocket, NotifySocket, hand_over

RESTARTS_SHORT, RESTARTS_LONG = 5, 100
CALLERS = 3
EXIT_SECONDS_MAX = 10
# Generous: the machine may be loaded.
REFUSAL_SECONDS_MAX, ANSWER_SECONDS_MAX = 30, 60
HEALTH = request("/grpc.health.v1.Health/Check")
TOOL = "systemd-socket-activate"
# That tool hands only these on.
HANDED_ON = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "SWIFT_BACKTRACE"]


def call(path):
    """Calls once on a new connection: answered, refused, or cut (it began, and the daemon left)."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        try:
            connection.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            return "refused"
        try:
            connection.sendall(HEALTH)
            while True:
                head = read_exactly(connection, 9)
                length = int.from_bytes(head[:3], "big")
                read_exactly(connection, length)
                if head[3] == DATA and length > 0:
                    return "answered"
        except TimeoutError:
            return "left waiting"
        except OSError:
            return "cut"


class Caller:
    """A client that calls again and again, each time on a new connection."""

    def __init__(self, path):
        self.path = path
        self.ended = {}
        self.is_over = threading.Event()
        self.has_called = threading.Condition()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.is_over.is_set():
            how = call(self.path)
            with self.has_called:
                self.ended[how] = self.ended.get(how, 0) + 1
                self.has_called.notify_all()
            time.sleep(0.002)

    def wait_for_an_answer(self):
        """Waits until another call of it is answered."""
        with self.has_called:
            before = self.ended.get("answered", 0)
            answered = self.has_called.wait_for(
                lambda: self.ended.get("answered", 0) > before, ANSWER_SECONDS_MAX)
        expect(answered, f"no call was answered within {ANSWER_SECONDS_MAX} s")

    def end(self):
        self.is_over.set()
        self.thread.join()


def command(daemon):
    words = [os.path.join(BINARIES, "musterd"), "--data", daemon.data, "--config", daemon.config]
    return [*daemon.wrapper, *words]


def start(run, daemon, held, notify):
    """Starts systemd-socket-activate, which starts the daemon at the first connection."""
    if run.mutant == "makes-its-own-socket":
        held.close()
        daemon.start(environment={"NOTIFY_SOCKET": notify.address, "WATCHDOG_USEC": "200000"})
        return daemon.ready_seconds
    environment = dict(os.environ, NOTIFY_SOCKET=notify.address, WATCHDOG_USEC="200000",
                       SWIFT_BACKTRACE="enable=no")
    handed_on = [f"--setenv={name}" for name in HANDED_ON if name in environment]
    with open(daemon.log, "ab") as log:
        daemon.process = hand_over(
            held.socket.fileno(), [TOOL, *handed_on, *command(daemon)], environment,
            stdout=log, stderr=log)
    begun = time.perf_counter()
    expect(notify.wait_for("READY=1"), f"READY=1 is not told: {daemon.last_log()}")
    return time.perf_counter() - begun


def restart(run, daemon, held, notify, callers):
    """One life of the daemon: seconds to being ready and to the exit."""
    ready = start(run, daemon, held, notify)
    expect(notify.wait_for("WATCHDOG=1"), "WATCHDOG=1 is not told")
    for caller in callers:
        caller.wait_for_an_answer()
    time.sleep(run.random.random() * 0.2)
    begun = time.perf_counter()
    daemon.process.send_signal(signal.SIGTERM)
    expect(notify.wait_for("STOPPING=1"), "STOPPING=1 is not told")
    code = daemon.wait(2 * EXIT_SECONDS_MAX)
    seconds = time.perf_counter() - begun
    expect(code == 0, f"musterd ended with code {code}: {daemon.last_log()}")
    expect(seconds <= EXIT_SECONDS_MAX, f"it took {seconds:.1f} s to end")
    return ready, seconds


def refusal(daemon, descriptor, environment, phrase):
    """What cannot have been meant ends the daemon at once, with a reason."""
    process = hand_over(descriptor, command(daemon), dict(os.environ), stderr=subprocess.PIPE,
                        text=True, **environment)
    try:
        _, said = process.communicate(timeout=REFUSAL_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        raise Failed(f"it serves although: {phrase}") from None
    expect(process.returncode == 1 and phrase in said,
           f"refused with {process.returncode} and: {said[-300:]}")


def check_refusals(run, daemon):
    datagrams = HeldSocket(run.path("datagrams"), socket.SOCK_DGRAM)
    refusal(daemon, datagrams.socket.fileno(), {}, "is no Unix stream socket that listens")
    datagrams.close()
    with open(daemon.config) as file:
        refusal(daemon, file.fileno(), {}, "is no Unix stream socket that listens")
        refusal(daemon, file.fileno(), {"count": 2}, "handed over 2 sockets")


def test(run):
    restarts = RESTARTS_SHORT if run.short else RESTARTS_LONG
    daemon = run.daemon("held")
    check_refusals(run, daemon)
    held = HeldSocket(daemon.socket)
    inode = os.stat(daemon.socket).st_ino
    callers = [Caller(daemon.socket) for _ in range(CALLERS)]
    results = []
    for number in range(restarts):
        name = f"muster-notify-{os.getpid()}-{number}"
        notify = NotifySocket("@" + name if number % 2 else run.path(name))
        results.append(restart(run, daemon, held, notify, callers))
        notify.close()
    # Those who still wait are answered by one more daemon.
    notify = NotifySocket(run.path("notify-last"))
    start(run, daemon, held, notify)
    for caller in callers:
        caller.end()
    expect(daemon.muster("health").returncode == 0, "the daemon is not well")
    expect(daemon.stop() == 0, "the daemon does not end in order")
    ended = {}
    for caller in callers:
        for how, count in caller.ended.items():
            ended[how] = ended.get(how, 0) + count
    expect(ended.get("refused", 0) == 0, f"connections were refused: {ended}")
    expect(ended.get("left waiting", 0) == 0, f"connections were not served: {ended}")
    expect(ended.get("answered", 0) >= restarts * CALLERS, f"too few calls: {ended}")
    expect(os.stat(daemon.socket).st_ino == inode, "the socket is another one")
    ready, exits = zip(*results)
    return (f"{restarts} restarts on a socket that {TOOL} hands over: {ended['answered']} calls"
            f" answered, 0 connections refused, {ended.get('cut', 0)} cut in mid-call by the stop;"
            f" ready in {statistics.median(ready):.2f} s (median), exit within {max(exits):.1f} s")


if __name__ == "__main__":
    main(__doc__, test, ["makes-its-own-socket"])
