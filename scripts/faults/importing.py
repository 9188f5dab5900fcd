"""A `muster import` that runs beside a fault test."""
import json
import subprocess
import threading
import time

from verdict import Failed

# Generous: the machine may be loaded.
IMPORT_SECONDS_MAX = 120


class Import:
    """A running `muster import`, and what it has been told so far.

    on_event: called with each event, on a thread of its own, before anything waits for it.
    """

    def __init__(self, daemon, path, arguments, workspace, environment, on_event):
        self.events = []
        self.committed = 0
        self.received = 0
        self.import_id = None
        self.summary = None
        self.errors = ""
        self.on_event = on_event
        self.heard = threading.Condition()
        command = daemon.muster_command("import", path, "--yes", "--output", "ndjson", *arguments,
                                        workspace=workspace)
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=daemon.muster_environment(**environment))
        self.readers = [threading.Thread(target=self.read_events, daemon=True),
                        threading.Thread(target=self.read_errors, daemon=True)]
        for reader in self.readers:
            reader.start()

    def read_events(self):
        for line in self.process.stdout:
            event = json.loads(line)
            if self.on_event:
                self.on_event(event)
            with self.heard:
                self.events.append(event)
                self.committed = max(self.committed, event.get("committed", 0))
                self.received = max(self.received, event.get("received", 0))
                self.import_id = event.get("import_id") or self.import_id
                if event["type"] == "summary":
                    self.summary = event
                self.heard.notify_all()

    def read_errors(self):
        self.errors = self.process.stderr.read()

    def wait_until(self, holds, seconds=IMPORT_SECONDS_MAX):
        """Waits until holds(self), looking after each event; False when the command ends before."""
        end = time.monotonic() + seconds
        with self.heard:
            while not holds(self):
                if self.process.poll() is not None and not self.readers[0].is_alive():
                    return False
                if time.monotonic() > end:
                    raise Failed(f"the import tells nothing more; the last: {self.events[-1:]}")
                self.heard.wait(0.05)
        return True

    def wait(self, seconds=IMPORT_SECONDS_MAX):
        """Waits for the command's end: its exit code. All events have been read then."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed("the import hangs") from None
        for reader in self.readers:
            reader.join()
        return code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.wait()
