"""P26: a log that nobody reads stops nothing, and what it lacks is counted.

Standard error is, one after the other, a pipe whose reader is stopped, a pipe that nobody reads, a full
disk, and a pipe without a reader. In each, imports go on, and SIGTERM ends the daemon in time. When the
stopped reader goes on, one line says how many were dropped, and with it every import is accounted for. A
start that fails ends at once, whether or not anybody can read why.
"""
import fcntl
import json
import os
import re
import signal
import subprocess
import threading
import time

from call import answers
from common import Failed, expect, main
from daemon import BINARIES, START_SECONDS_MAX
from stock import Messages, in_environment

# Imports beside the stopped reader, and in each other case. Those of the first are more than the queue
# holds, in the short form too.
IMPORTS_SHORT, IMPORTS_LONG = (1_600, 100), (2_000, 2_000)
CLIENTS = 8
EXIT_SECONDS_MAX = 10
# Generous: the machine may be loaded. Of a mutant it is known that it hangs.
CALL_SECONDS_MAX, CALL_SECONDS_MUTANT = 60, 15
PIPE_BYTES = 4096
# A long name makes long lines.
NAME = "w" * 60
DROPPED = re.compile(r" (\d+) log lines? (?:was|were) dropped\n")


class Log:
    """A daemon's standard error in one of its bad states."""

    def __init__(self, kind):
        self.kind = kind
        self.read_end = None
        if kind == "full disk":
            self.write_end = os.open("/dev/full", os.O_WRONLY)
            return
        self.read_end, self.write_end = os.pipe()
        fcntl.fcntl(self.write_end, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        if kind == "no reader":
            os.close(self.read_end)
            self.read_end = None

    def start(self, daemon):
        variables = dict(os.environ, SWIFT_BACKTRACE="enable=no", MUSTER_MUTANT=daemon.run.mutant or "")
        command = [os.path.join(BINARIES, "musterd"), "--socket", daemon.socket, "--data", daemon.data,
                   "--config", daemon.config]
        daemon.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.write_end,
            env=variables, start_new_session=True)
        os.close(self.write_end)
        begun = time.monotonic()
        while not answers(daemon.socket, "/grpc.health.v1.Health/Check"):
            expect(daemon.process.poll() is None, f"{self.kind}: the daemon ends at its start")
            expect(time.monotonic() - begun < START_SECONDS_MAX, f"{self.kind}: it does not serve")
            time.sleep(0.01)

    def read_to_end(self):
        """All that the daemon has written, and writes until it ends."""
        parts = []
        while part := os.read(self.read_end, 65536):
            parts.append(part)
        return b"".join(parts).decode()

    def close(self):
        if self.read_end is not None:
            os.close(self.read_end)


class Imports:
    """Imports of one row each, from several connections at once."""

    def __init__(self, messages, daemon, count):
        self.messages, self.daemon, self.count = messages, daemon, count
        self.seconds = CALL_SECONDS_MUTANT if daemon.run.mutant else CALL_SECONDS_MAX
        self.failure = None
        self.done = 0
        self.lock = threading.Lock()

    def run(self):
        import grpc

        def client(number):
            try:
                with grpc.insecure_channel(f"unix:{self.daemon.socket}") as channel:
                    stub = self.messages.services.ImportServiceStub(channel)
                    for turn in range(self.count // CLIENTS):
                        requests = [
                            self.messages.begin(columns=["external_id"], workspace=NAME + str(number % 2)),
                            self.messages.chunk(0, [[f"{number}-{turn % 10}"]]),
                            self.messages.finish(1)]
                        list(stub.ImportMembers(iter(requests), timeout=self.seconds))
                        with self.lock:
                            self.done += 1
            except Exception as error:
                self.failure = self.failure or error

        threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failure is not None:
            raise Failed(f"after {self.done} of {self.count} imports: {str(self.failure)[:300]}")


def try_kind(run, messages, kind, count):
    """Imports beside a log in a bad state: the seconds that the daemon takes to end, and its log."""
    daemon = run.daemon(kind.replace(" ", "-"))
    log = Log(kind)
    log.start(daemon)
    for number in range(2):
        daemon.muster("workspace", "create", NAME + str(number))
    try:
        Imports(messages, daemon, count).run()
    except Failed as failure:
        raise Failed(f"{kind}: {failure}") from None
    text = ""
    if kind == "stopped reader":
        taken = threading.Thread(target=lambda: texts.append(log.read_to_end()))
        texts = []
        taken.start()
        # One more line shows that the queue has room again.
        daemon.muster("health")
    begun = time.monotonic()
    os.kill(daemon.process.pid, signal.SIGTERM)
    try:
        code = daemon.process.wait(3 * EXIT_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        raise Failed(f"{kind}: SIGTERM does not end it within {3 * EXIT_SECONDS_MAX} s") from None
    seconds = time.monotonic() - begun
    expect(code == 0, f"{kind}: it ended with code {code}")
    expect(seconds <= EXIT_SECONDS_MAX, f"{kind}: SIGTERM took {seconds:.1f} s")
    if kind == "stopped reader":
        taken.join()
        text = texts[0]
    log.close()
    return seconds, text


def check_log(text, count):
    """Every import is a line, or is counted; the count stands where the lines are missing."""
    lines = text.splitlines(keepends=True)
    notes = [line for line in lines if DROPPED.search(line)]
    expect(len(notes) == 1, f"{len(notes)} lines say that lines were dropped: {notes[:3]}")
    dropped = int(DROPPED.search(notes[0])[1])
    told = sum("import finished" in line for line in lines)
    expect(dropped > 0 and told + dropped >= count and told < count,
           f"{told} imports are told, {dropped} lines dropped, of {count} imports")
    expect("reason=SIGTERM" in text, "the last line is missing")
    expect(all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} \w+ musterd:.* \[\w+\] ", line)
               for line in lines), "a line is torn")
    return dropped


def check_failed_start(run):
    """The reason of a start that fails blocks nobody."""
    path = run.path("wrong.json")
    with open(path, "w") as file:
        json.dump({"limit": 1}, file)
    for option in ["--config", "--check-config"]:
        log = Log("unread pipe")
        os.set_blocking(log.write_end, False)
        try:
            while True:
                os.write(log.write_end, b"x" * 100)
        except BlockingIOError:
            os.set_blocking(log.write_end, True)
        process = subprocess.Popen(
            [os.path.join(BINARIES, "musterd"), option, path, "--data", run.path("none")],
            stderr=log.write_end, env=dict(os.environ, MUSTER_MUTANT=run.mutant or ""))
        os.close(log.write_end)
        try:
            code = process.wait(EXIT_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise Failed(f"musterd {option} with a wrong file hangs, for nobody reads why") from None
        expect(code == 1, f"musterd {option} with a wrong file ended with {code}")
        log.close()


def test(run):
    messages = Messages(run.directory)
    most, each = IMPORTS_SHORT if run.short else IMPORTS_LONG
    # The mutant fails here too; that it stops imports says more.
    if not run.mutant:
        check_failed_start(run)
    seconds, text = try_kind(run, messages, "stopped reader", most)
    exits = [seconds]
    dropped = check_log(text, most)
    for kind in ["unread pipe", "full disk", "no reader"]:
        exits.append(try_kind(run, messages, kind, each)[0])
    return (f"{most} imports beside a reader that stands still, {dropped} lines dropped and counted in one"
            f" line; {each} imports beside an unread pipe, a full disk, and no reader; SIGTERM within"
            f" {max(exits):.1f} s")


if __name__ == "__main__":
    in_environment()
    main(__doc__, test, ["blocks-on-log"])
