"""Commands that run beside each other, and what they have told and taken."""
import json
import os
import subprocess
import threading
import time

from engines import stop

EXPORT_ROWS_PER_SECOND = 20_000


class Command:
    """A command that runs, and whose output a thread reads."""

    def __init__(self, muster, *words):
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            [muster.muster, "--socket", muster.socket, *words], stdout=subprocess.PIPE)
        self.seconds = self.cpu = self.summary = None
        self.has_committed = threading.Event()
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        """Reads the events to the end."""
        for line in self.process.stdout:
            event = json.loads(line) if b'"change"' not in line[:20] else {"type": "change"}
            if event.get("committed", 0) > 0:
                self.has_committed.set()
            if event["type"] == "summary":
                self.summary = event
        self.reap()

    def reap(self):
        _, status, usage = os.wait4(self.process.pid, 0)
        self.seconds = time.perf_counter() - self.begun
        self.cpu = usage.ru_utime + usage.ru_stime
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.has_committed.set()

    def end(self, what, codes=(0,)):
        self.thread.join()
        if self.process.returncode not in codes:
            stop(f"{what} ended with code {self.process.returncode}")
        return self


class PacedExport(Command):
    """An export whose reader takes so many rows a second, and all there are once it is hurried."""

    def __init__(self, muster, path):
        self.hurried = threading.Event()
        self.path = path
        self.rows = self.rows_in_time = 0
        super().__init__(muster, "export")

    def read(self):
        with open(self.path, "wb") as file:
            while block := os.read(self.process.stdout.fileno(), 1 << 16):
                file.write(block)
                self.rows += block.count(b"\n")
                due = self.begun + self.rows / EXPORT_ROWS_PER_SECOND
                self.hurried.wait(max(0, due - time.perf_counter()))
        self.reap()

    def hurry(self):
        self.rows_in_time = self.rows
        self.hurried.set()
