"""What is attacked: a daemon with a policy, and how it and those beside the attack fare."""

import os
import signal
import statistics
import subprocess
import threading
import time

import wire
from attackers import Attacker
from peer import Peer
from verdict import Failed

# Users that need not exist; without root, everybody is the one who runs the script.
READER, WRITER, ADMIN, STRANGER = 2001, 2002, 2003, 2009
RULES = [
    {"user": READER, "workspaces": ["*"], "scopes": ["members:read", "workspace:read"]},
    {"user": WRITER, "workspaces": ["*"], "scopes": ["members:write", "workspace:write"]},
    {"user": ADMIN, "workspaces": ["*"], "scopes": ["members:admin", "workspace:admin"]},
]
HEALTH = "/grpc.health.v1.Health/Check"
IMPORT = "/muster.v1.ImportService/ImportMembers"
EXPORT = "/muster.v1.MemberService/ExportMembers"
HEALTH_PAUSE_SECONDS = 0.3
SECONDS_MAX = 120
# An attack that a daemon does not bound ends here, before it takes the machine.
MEMORY_MIB_MAX = 2_048


class Target:
    """A daemon under attack. name: of its directory."""

    def __init__(self, attack, name, **options):
        self.attack, self.run = attack, attack.run
        configuration = {
            "limits": {"rowsPerImport": 0, "bytesPerImport": 0},
            "socket": {"mode": "0666"},
            "access": {"policy": RULES},
        }
        configuration.update(options.pop("config", {}))
        self.daemon = self.run.daemon(name, config=configuration, **options)
        self.daemon.start()
        self.dead = None

    @property
    def socket(self):
        return self.daemon.socket

    def path(self, name):
        return self.run.path(name)

    def peer(self, **options):
        return Peer(self.socket, **options)

    def make_labels(self, workspace, slugs):
        """Makes a workspace, unless it is there, and labels in it, more than a command line takes."""
        self.daemon.muster("workspace", "create", workspace, codes=None)
        made = wire.messages().workspaces.CreateLabelsRequest(workspace=workspace, slugs=slugs)
        self.must("/muster.v1.WorkspaceService/CreateLabels", made)

    def make_form(self, workspace, slug, fields):
        """Makes a form in a workspace; fields: their names, with the choices of each, or none."""
        wired = wire.messages().workspaces
        form = wired.Form(
            slug=slug,
            fields=[
                wired.FormField(
                    slug=name,
                    choices=choices or [],
                    type=wired.FORM_FIELD_TYPE_CHOICE if choices else wired.FORM_FIELD_TYPE_TEXT,
                )
                for name, choices in fields
            ],
        )
        made = wired.CreateFormRequest(workspace=workspace, form=form)
        self.must("/muster.v1.WorkspaceService/CreateForm", made)

    def must(self, path, message):
        """A call by the daemon's own user that has to succeed."""
        with self.peer() as peer:
            call = peer.answer(path, message.SerializeToString())
        if call.status != "OK":
            raise Failed(f"{path.rpartition('/')[2]} ended with {call.status or peer.closed}: {call.said}")

    def attacker(self, uid, function, *arguments):
        """A process of a user that runs function(attacker, path of the socket, *arguments)."""
        attacker = Attacker(uid, function, self.socket, *arguments)
        self.run.attackers.append(attacker)
        return attacker

    def memory_mib(self, field="VmRSS"):
        with open(f"/proc/{self.daemon.process.pid}/status") as file:
            for line in file:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) / 1024
        return 0

    def forget_peak(self):
        """Lets VmHWM begin anew."""
        with open(f"/proc/{self.daemon.process.pid}/clear_refs", "w") as file:
            file.write("5")

    def cpu_seconds(self):
        with open(f"/proc/{self.daemon.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def command(self, *arguments, uid=0, seconds=SECONDS_MAX, workspace="default", **options):
        """Runs `muster` as a user: its returncode, stdout, stderr and seconds."""
        begun = time.monotonic()
        state = self.path(f"state-{uid}")
        os.makedirs(state, mode=0o755, exist_ok=True)
        who = {}
        if os.getuid() == 0 and uid != 0:
            os.chown(state, uid, uid)
            who = {"user": uid, "group": uid, "extra_groups": []}
        environment = self.daemon.muster_environment(**options.pop("environment", {}))
        environment.update(XDG_STATE_HOME=state, HOME=state)
        try:
            ended = subprocess.run(
                self.daemon.muster_command(*arguments, workspace=workspace),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                env=environment,
                cwd=self.run.directory,
                timeout=seconds,
                **who,
                **options,
            )
        except subprocess.TimeoutExpired:
            ended = subprocess.CompletedProcess(arguments, None, "", "it hangs")
        ended.seconds = time.monotonic() - begun
        return ended

    def health_seconds(self, uid=0):
        """How long `muster health` takes; None where it fails."""
        ended = self.command("health", uid=uid, seconds=20)
        return ended.seconds if ended.returncode == 0 else None

    def log(self):
        with open(self.daemon.log, errors="replace") as file:
            return file.read()

    def stop_seconds(self):
        """How long the daemon takes to end after SIGTERM; Failed unless it ends in order."""
        begun = time.monotonic()
        code = self.daemon.stop(signal.SIGTERM)
        if code != 0:
            raise Failed(f"musterd ended with code {code} after SIGTERM: {self.daemon.last_log()}")
        return time.monotonic() - begun

    def check_alive(self):
        if not self.daemon.runs:
            code = self.daemon.process.returncode if self.daemon.process else "?"
            raise Failed(f"the daemon is dead, with code {code}: {self.daemon.last_log()}")


class Beside:
    """Imports one after the other, and `muster health`, beside an attack.

    The imports turn members to and fro between two files, so that every row is written. uid: whose.
    """

    def __init__(self, target, speed_alone, uid=WRITER):
        self.target, self.uid, self.speed_alone = target, uid, speed_alone
        self.files = target.attack.import_files
        self.rows = target.attack.import_rows
        self.turn = 0
        self.healths = []
        self.failures = []
        self.is_over = threading.Event()
        self.imported_rows, self.import_seconds = 0, 0.0
        self.slowest_import_seconds = 0.0

    def import_once(self):
        ended = self.target.command(
            "import",
            self.files[self.turn % 2],
            "--yes",
            "--output",
            "ndjson",
            uid=self.uid,
            workspace="beside",
            environment={"MUSTER_RECONNECT_SECONDS": "60"},
        )
        self.turn += 1
        if ended.returncode != 0:
            self.failures.append(f"an import beside it failed: {ended.stderr.strip()[-300:]}")
        return ended

    def imports(self):
        while not self.is_over.is_set() and not self.failures:
            ended = self.import_once()
            self.imported_rows += self.rows
            self.import_seconds += ended.seconds
            self.slowest_import_seconds = max(self.slowest_import_seconds, ended.seconds)

    def health(self):
        while True:
            self.healths.append(self.target.health_seconds())
            if self.is_over.wait(HEALTH_PAUSE_SECONDS):
                return

    def __enter__(self):
        self.threads = [threading.Thread(target=self.imports), threading.Thread(target=self.health)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def wait(self, seconds):
        """Lets the attack go on for so long, and at least for two imports and two answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end or (len(self.healths) < 2 and not self.failures):
            self.target.check_alive()
            if self.target.memory_mib() > MEMORY_MIB_MAX:
                return
            time.sleep(0.05)

    @property
    def share(self):
        """Part of the speed that an import has alone."""
        if not self.import_seconds:
            return 0
        return self.imported_rows / self.import_seconds / self.speed_alone

    @property
    def health_seconds(self):
        """The slowest answer; None if one failed."""
        return None if None in self.healths or not self.healths else max(self.healths)


def measure_alone(target, tries):
    """Rows a second of an import without an attack; makes the members that it changes first."""
    beside = Beside(target, 1)
    target.daemon.muster("workspace", "create", "beside", codes=None)
    target.daemon.fill_catalogue("beside")
    beside.import_once()
    speeds = []
    for _ in range(tries):
        ended = beside.import_once()
        speeds.append(target.attack.import_rows / ended.seconds)
    if beside.failures:
        raise Failed(beside.failures[0])
    return statistics.median(speeds)
