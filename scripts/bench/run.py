#!/usr/bin/env python3
"""Measures `muster import` end to end, beside the sqlite3 shell doing the same work.

Run by scripts/bench.sh, which builds first.
"""
import argparse
import csv
import hashlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SCENARIOS = ["new", "unchanged", "changed"]
LABELS = (
    "alumni board donor east event-1 event-2 lapsed newsletter north partner premium press south"
    " sponsor staff student trial vip volunteer west"
).split()
SURVEY = ["color:choice=black|blue|green|red|white", "size:number"]
# What sqlite_import.sql leaves, as an export of Muster's has it.
MEMBERS_SQL = """
SELECT email, phone, external_id, name, description, date_of_birth, labels,
  CASE notify_email WHEN 1 THEN 'true' WHEN 0 THEN 'false' END,
  CASE notify_sms WHEN 1 THEN 'true' WHEN 0 THEN 'false' END,
  CASE notify_voice WHEN 1 THEN 'true' WHEN 0 THEN 'false' END,
  form_survey_color, form_survey_size FROM member
"""


def stop(reason):
    sys.exit(f"bench.sh: {reason}")


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


class Muster:
    """A daemon with an empty store and no limits of rows and bytes, and its command."""

    name = "muster"

    def __init__(self, binaries, directory):
        self.muster = os.path.join(binaries, "muster")
        self.directory = tempfile.mkdtemp(dir=directory)
        self.socket = os.path.join(self.directory, "s")
        config = os.path.join(self.directory, "config.json")
        with open(config, "w") as file:
            file.write('{"limits": {"rowsPerImport": 0, "bytesPerImport": 0}}')
        command = [os.path.join(binaries, "musterd"), "--socket", self.socket]
        command += ["--data", os.path.join(self.directory, "data"), "--config", config]
        self.log = open(os.path.join(self.directory, "log"), "w")
        self.daemon = subprocess.Popen(command, stderr=self.log)
        deadline = time.monotonic() + 30
        while not os.path.exists(self.socket):
            if self.daemon.poll() is not None or time.monotonic() > deadline:
                stop(f"musterd did not start: {open(self.log.name).read()}")
            time.sleep(0.01)
        self.command("label", "create", *LABELS)
        self.command("form", "create", "survey", "--field", *SURVEY)

    def command(self, *words):
        return run([self.muster, "--socket", self.socket, *words])

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
        seconds, cpu, peak, output = self.command(
            "import", path, "--yes", "--output", "ndjson")
        spent = self.daemon_cpu_at_rest() - before
        field = {"new": "created", "unchanged": "unchanged", "changed": "updated"}[scenario]
        if f'"{field}":{rows},' not in output.splitlines()[-1].replace(" ", ""):
            stop(f"muster did not count {rows} rows as {field}: {output.splitlines()[-1]}")
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


class SQLite:
    """The sqlite3 shell and its database."""

    name = "sqlite3"

    def __init__(self, binaries, directory):
        self.directory = tempfile.mkdtemp(dir=directory)
        self.link = os.path.join(self.directory, "members.csv")

    def import_file(self, path, rows, scenario):
        if os.path.lexists(self.link):
            os.unlink(self.link)
        os.symlink(path, self.link)
        with open(os.path.join(HERE, "sqlite_import.sql")) as script:
            seconds, cpu, peak, output = run(
                ["sqlite3", "members.db"], stdin=script, cwd=self.directory)
        counts = [0, 0, 0, 0]
        counts[{"new": 0, "changed": 1, "unchanged": 2}[scenario]] = rows
        if output.splitlines()[-1] != "|".join(map(str, counts)):
            stop(f"sqlite3 did not count {rows} rows as {scenario}: {output.splitlines()[-1]}")
        return {
            "seconds": seconds, "client cpu": 0, "server cpu": cpu, "client peak": 0,
            "server peak": peak,
        }

    def members(self):
        command = ["sqlite3", "-csv", "members.db", MEMBERS_SQL]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=self.directory) as process:
            return digest(csv.reader(process.stdout))

    def close(self):
        shutil.rmtree(self.directory)


def digest(rows):
    """The number of rows, and a sum over them that does not depend on their order."""
    count = total = 0
    for row in rows:
        text = "\x1f".join(row).encode()
        total += int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
        count += 1
    return count, total & ((1 << 64) - 1)


def make_files(rows, directory):
    """The CSV files of one size: new members, and the same with another description."""
    paths = []
    for arguments in ([], ["--changed"]):
        path = os.path.join(directory, f"{'changed' if arguments else 'new'}-{rows}.csv")
        maker = [sys.executable, os.path.join(HERE, "make_members.py"), str(rows), *arguments]
        with open(path, "w") as file:
            subprocess.run(maker, stdout=file, check=True)
        paths.append(path)
    new, changed = paths
    return {"new": new, "unchanged": new, "changed": changed}


def measure(engine, files, rows, wants_members):
    """One run on an empty store: the three imports, one after another."""
    try:
        results = {name: engine.import_file(files[name], rows, name) for name in SCENARIOS}
        return results, engine.members() if wants_members else None
    finally:
        engine.close()


def table_row(rows, scenario, name, results):
    median = {key: statistics.median(one[key] for one in results) for key in results[0]}
    rates = sorted(rows / one["seconds"] for one in results)
    cells = [f"{rows:,}", scenario, name, f"{rows / median['seconds']:,.0f}"]
    cells.append(f"{rates[0]:,.0f} - {rates[-1]:,.0f}")
    for side in ("client", "server"):
        cpu, peak = median[f"{side} cpu"], median[f"{side} peak"]
        cells.append(f"{cpu / rows * 1e6:.2f}" if peak else "-")
        cells.append(f"{peak / 1e6:.0f}" if peak else "-")
    print("| " + " | ".join(cells) + " |", flush=True)
    total = median["client cpu"] + median["server cpu"]
    return rows / median["seconds"], total


def measure_size(rows, arguments, engines, directory):
    files = make_files(rows, directory)
    # The file system has both files before anybody reads them, and its dirty pages are gone.
    os.sync()
    results = {engine.name: [] for engine in engines}
    members = {}
    for number in range(arguments.runs):
        for engine in engines:
            store = engine(arguments.bin, directory)
            result, found = measure(store, files, rows, number == 0)
            results[engine.name].append(result)
            members[engine.name] = found or members[engine.name]
    if len(set(members.values())) != 1:
        stop(f"the stores differ: {members}")
    medians = {}
    for scenario in SCENARIOS:
        for engine in engines:
            runs = [result[scenario] for result in results[engine.name]]
            medians[scenario, engine.name] = table_row(rows, scenario, engine.name, runs)
    for path in set(files.values()):
        os.unlink(path)
    return medians


def print_ratios(ratios):
    print("\n| rows | import | rows/s, muster : sqlite3 | CPU, muster : sqlite3 |")
    print("|---|---|---|---|")
    for rows, medians in ratios:
        for scenario in SCENARIOS:
            ours, theirs = medians[scenario, "muster"], medians[scenario, "sqlite3"]
            print(
                f"| {rows:,} | {scenario} | {ours[0] / theirs[0]:.1f}"
                f" | {ours[1] / theirs[1]:.2f} |")


def machine():
    with open("/proc/cpuinfo") as file:
        models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    sqlite = subprocess.run(["sqlite3", "--version"], capture_output=True, text=True).stdout
    print(f"{len(models) or os.cpu_count()} x {models[0] if models else 'unknown CPU'};", end=" ")
    print(f"load {os.getloadavg()[0]:.1f}; sqlite3 {sqlite.split(' ')[0]}\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--rows", default="10000,100000,1000000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--against", choices=["sqlite3", "none"], default="sqlite3")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    engines = [Muster, SQLite] if arguments.against == "sqlite3" else [Muster]
    machine()
    print("| rows | import | with | rows/s (median) | from - to | client CPU, us a row", end=" ")
    print("| client peak, MB | server CPU, us a row | server peak, MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    ratios = []
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as directory:
        for rows in (int(word.replace("_", "")) for word in arguments.rows.split(",")):
            ratios.append((rows, measure_size(rows, arguments, engines, directory)))
    if len(engines) == 2:
        print_ratios(ratios)


main()
