"""A daemon of a fault test, and the commands that talk to it."""
import json
import os
import signal
import subprocess
import time

from call import answers
from importing import Import
from verdict import Failed

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARIES = os.path.join(ROOT, ".build", "debug")
NO_LIMITS = {"limits": {"rowsPerImport": 0, "bytesPerImport": 0}}
LABELS = (
    "alumni board donor east event-1 event-2 lapsed newsletter north partner premium press south"
    " sponsor staff student trial vip volunteer west"
).split()
SURVEY = ["color:choice=black|blue|green|red|white", "size:number"]
# Generous: the machine may be loaded. What is measured is measured, not waited for.
START_SECONDS_MAX = 30
COMMAND_SECONDS_MAX = 120


class Daemon:
    """A musterd on a data directory and socket of its own; it can be started again and again.

    config: the settings. environment: added to the daemon's. wrapper: a command that starts it, such
    as ["strace", ...]; signals go to its whole process group.
    """

    def __init__(self, run, name, *, config=None, environment=None, wrapper=()):
        self.run = run
        self.data = run.path(name)
        self.socket = run.path(name + ".sock")
        self.log = run.path(name + ".log")
        self.environment = dict(environment or {})
        self.wrapper = list(wrapper)
        self.config = run.path(name + ".json")
        with open(self.config, "w") as file:
            json.dump(config or NO_LIMITS, file)
        self.process = None
        self.ready_seconds = None

    def start(self, *, serves="/grpc.health.v1.Health/Check", environment=None, wait=True):
        """Starts it and waits until a call is answered; ready_seconds is how long that took.

        serves: the call that must be answered, without fields. environment: for this start only.
        """
        variables = dict(os.environ, **self.environment, **(environment or {}))
        variables["SWIFT_BACKTRACE"] = "enable=no"
        if self.run.mutant:
            variables["MUSTER_MUTANT"] = self.run.mutant
        command = [*self.wrapper, os.path.join(BINARIES, "musterd"), "--socket", self.socket]
        command += ["--data", self.data, "--config", self.config]
        begun = time.perf_counter()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=variables,
                start_new_session=True)
        if not wait:
            return self
        while not answers(self.socket, serves):
            if self.process.poll() is not None:
                raise Failed(f"musterd ended with code {self.process.returncode}: {self.last_log()}")
            if time.perf_counter() - begun > START_SECONDS_MAX:
                raise Failed(f"musterd does not serve: {self.last_log()}")
            time.sleep(0.002)
        self.ready_seconds = time.perf_counter() - begun
        return self

    @property
    def runs(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, how=signal.SIGTERM):
        """Ends it with a signal to its process group: the code that it ended with, or None."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
        return self.wait()

    def wait(self, seconds=COMMAND_SECONDS_MAX):
        """Waits for its end: the code that it ended with."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"musterd did not end within {seconds} s: {self.last_log()}") from None
        self.process = None
        return code

    def last_log(self):
        with open(self.log, errors="replace") as file:
            return " | ".join(file.read().splitlines()[-5:])

    def database(self, workspace="default"):
        return os.path.join(self.data, "workspaces", workspace + ".db")

    def muster_command(self, *arguments, workspace="default"):
        command = [os.path.join(BINARIES, "muster"), "--socket", self.socket]
        return [*command, "--workspace", workspace, *arguments]

    def muster_environment(self, **more):
        """A command's environment: it writes down nothing outside the run, and gives up at once."""
        state = self.run.path("state")
        variables = dict(os.environ, XDG_STATE_HOME=state, MUSTER_RECONNECT_SECONDS="0")
        return dict(variables, SWIFT_BACKTRACE="enable=no", **more)

    def muster(self, *arguments, workspace="default", codes=(0,)):
        """Runs a command to its end; Failed unless it ends with one of the codes.

        codes: None takes any. The result has returncode, stdout and stderr as text.
        """
        command = self.muster_command(*arguments, workspace=workspace)
        try:
            ended = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                errors="replace", env=self.muster_environment(), timeout=COMMAND_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            raise Failed(f"muster {arguments[0]} hangs") from None
        if codes is not None and ended.returncode not in codes:
            said = ended.stderr.strip()[-500:]
            raise Failed(f"muster {' '.join(arguments[:2])} ended with {ended.returncode}: {said}")
        return ended

    def fill_catalogue(self, workspace="default"):
        """Makes the labels and the form that the generated members use, unless they are there."""
        self.muster("label", "create", *LABELS, workspace=workspace)
        if "survey" not in self.muster("form", "list", workspace=workspace).stdout:
            fields = [part for field in SURVEY for part in ("--field", field)]
            self.muster("form", "create", "survey", *fields, workspace=workspace)

    def begin_import(self, path, *arguments, workspace="default", on_event=None, **environment):
        """Starts `muster import` of a file; see Import."""
        begun = Import(self, path, arguments, workspace, environment, on_event)
        self.run.imports.append(begun)
        return begun

    def import_file(self, path, *arguments, codes=(0,), **options):
        """Imports a file to the end; Failed unless the command ends with one of the codes."""
        ended = self.begin_import(path, *arguments, **options)
        code = ended.wait()
        if codes is not None and code not in codes:
            raise Failed(f"the import ended with code {code}: {ended.errors[-500:]}")
        return ended
