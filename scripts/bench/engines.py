"""What the measurements run: a daemon with its command; competitors.py has what it is beside."""
import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SCENARIOS = ["new", "unchanged", "changed", "scattered"]
COUNTED = {"new": "created", "unchanged": "unchanged", "changed": "updated", "scattered": "updated"}
LABELS = (
    "alumni board donor east event-1 event-2 lapsed newsletter north partner premium press south"
    " sponsor staff student trial vip volunteer west"
).split()
SURVEY = ["color:choice=black|blue|green|red|white", "size:number"]


def stop(reason):
    sys.exit(f"{os.path.basename(sys.argv[0])}: {reason}")


def run(command, **options):
    """Runs a command: seconds, seconds of CPU, peak bytes, output."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, **options)
    output = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        stop(f"{' '.join(command[:3])} ended with code {process.returncode}: {output[-500:]}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, output


def make_file(directory, rows, *arguments):
    """A CSV file of members; `make_members.py --help` names the arguments."""
    path = os.path.join(directory, "-".join(["members", str(rows), *arguments]) + ".csv")
    maker = [sys.executable, os.path.join(HERE, "make_members.py"), str(rows), *arguments]
    with open(path, "w") as file:
        subprocess.run(maker, stdout=file, check=True)
    return path


def make_scattered(path, rows):
    """A tenth of the rows of a file, in no order and changed: another file, and how many rows."""
    scattered = path.replace(".csv", "-scattered.csv")
    script = os.path.join(HERE, "scatter.py")
    subprocess.run([sys.executable, script, path, str(rows), scattered], check=True)
    return scattered, rows // 10


def expect_counts(output, rows, counted):
    """Stops unless an import's summary says that all rows were counted as one thing."""
    summary = json.loads(output.splitlines()[-1])
    if summary.get("received") != rows or summary.get(counted) != rows:
        stop(f"muster did not count {rows} rows as {counted}: {summary}")


class Muster:
    """A daemon with an empty store and no limits of rows and bytes, and its command."""

    name = "muster"
    IMPORT = ["import", "--yes", "--output", "ndjson"]

    def __init__(self, binaries, directory):
        self.muster = os.path.join(binaries, "muster")
        self.directory = tempfile.mkdtemp(dir=directory)
        self.socket = os.path.join(self.directory, "s")
        # Where the command writes its imports down; nothing of a measurement is kept.
        os.environ["XDG_STATE_HOME"] = os.path.join(self.directory, "state")
        config = os.path.join(self.directory, "config.json")
        with open(config, "w") as file:
            file.write('{"limits": {"rowsPerImport": 0, "bytesPerImport": 0}}')
        self.words = [os.path.join(binaries, "musterd"), "--socket", self.socket]
        self.words += ["--data", os.path.join(self.directory, "data"), "--config", config]
        self.log = open(os.path.join(self.directory, "log"), "w")
        self.start()
        self.fill_catalogue("default")

    def start(self):
        """Starts the daemon, and waits until it listens."""
        self.daemon = subprocess.Popen(self.words, stderr=self.log)
        deadline = time.monotonic() + 30
        while not os.path.exists(self.socket):
            if self.daemon.poll() is not None or time.monotonic() > deadline:
                stop(f"musterd did not start: {open(self.log.name).read()}")
            time.sleep(0.01)

    def restart(self):
        """Ends the daemon and starts it again: seconds from its start until it listens."""
        self.daemon.send_signal(signal.SIGTERM)
        self.daemon.wait()
        begun = time.perf_counter()
        self.start()
        return time.perf_counter() - begun

    def fill_catalogue(self, workspace):
        self.command("--workspace", workspace, "label", "create", *LABELS)
        self.command("--workspace", workspace, "form", "create", "survey", "--field", *SURVEY)

    def command(self, *words, **options):
        return run([self.muster, "--socket", self.socket, *words], **options)

    def daemon_cpu(self):
        """Seconds of CPU of the daemon: utime and stime of /proc/PID/stat, to the nanosecond."""
        return time.clock_gettime((~self.daemon.pid << 3) | 2)

    def daemon_cpu_at_rest(self):
        """The same once it does nothing more: what follows an import belongs to it too."""
        spent = self.daemon_cpu()
        while True:
            time.sleep(0.2)
            now = self.daemon_cpu()
            if now - spent < 0.002:
                return now
            spent = now

    def peak(self):
        with open(f"/proc/{self.daemon.pid}/status") as file:
            line = next(line for line in file if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    def import_file(self, path, rows, scenario):
        before = self.daemon_cpu_at_rest()
        seconds, cpu, peak, output = self.command(*self.IMPORT, path)
        spent = self.daemon_cpu_at_rest() - before
        expect_counts(output, rows, COUNTED[scenario])
        return {
            "seconds": seconds, "client cpu": cpu, "server cpu": spent, "client peak": peak,
            "server peak": self.peak(),
        }

    def members(self):
        command = [self.muster, "--socket", self.socket, "export"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            reader = csv.reader(process.stdout)
            next(reader)
            return digest(reader)

    def close(self):
        self.daemon.send_signal(signal.SIGTERM)
        self.daemon.wait()
        self.log.close()
        shutil.rmtree(self.directory)


def digest(rows):
    """The number of rows, and a sum over them that does not depend on their order."""
    count = total = 0
    for row in rows:
        text = "\x1f".join(row).encode()
        total += int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
        count += 1
    return count, total & ((1 << 64) - 1)
