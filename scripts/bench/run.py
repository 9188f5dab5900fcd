#!/usr/bin/env python3
"""Measures `muster import` end to end, beside other programs that do the same work.

Run by scripts/bench.sh, which builds first.
"""
import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile

from competitors import COMPETITORS, PYTHON
from engines import SCENARIOS, Muster, make_file, make_scattered, stop


def make_files(rows, directory):
    """The CSV files of one size, and their rows: new members, the same with another description, and
    a tenth of them, in no order, with yet another."""
    new = make_file(directory, rows), rows
    changed = make_file(directory, rows, "--changed"), rows
    scattered = make_scattered(*new)
    return {"new": new, "unchanged": new, "changed": changed, "scattered": scattered}


def measure(engine, files, wants_members):
    """One run on an empty store: the imports, one after another."""
    try:
        results = {name: engine.import_file(*files[name], name) for name in SCENARIOS}
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
            result, found = measure(store, files, number == 0)
            results[engine.name].append(result)
            members[engine.name] = found or members[engine.name]
    if len(set(members.values())) != 1:
        stop(f"the stores differ: {members}")
    medians = {}
    for scenario in SCENARIOS:
        for engine in engines:
            runs = [result[scenario] for result in results[engine.name]]
            medians[scenario, engine.name] = table_row(
                files[scenario][1], scenario, engine.name, runs)
    for path, _ in set(files.values()):
        os.unlink(path)
    return medians


def print_ratios(ratios, names):
    """How often muster does what each of the others does, and what it takes of their CPU."""
    print("\n| rows of the file of new members | import |", end="")
    for name in names:
        print(f" rows/s, muster : {name} | CPU, muster : {name} |", end="")
    print("\n|---|---" + "|---|---" * len(names) + "|")
    for rows, medians in ratios:
        for scenario in SCENARIOS:
            ours = medians[scenario, "muster"]
            print(f"| {rows:,} | {scenario} |", end="")
            for name in names:
                theirs = medians[scenario, name]
                print(f" {ours[0] / theirs[0]:.1f} | {ours[1] / theirs[1]:.2f} |", end="")
            print()


def versions(names):
    """The programs that are measured beside it."""
    for name, command in {
        "sqlite3": ["sqlite3", "--version"],
        "duckdb": [PYTHON, "-c", "import duckdb; print(duckdb.__version__)"],
        "python": [sys.executable, "-c",
                   "import platform, sqlite3 as s; print(platform.python_version() +"
                   " '_with_sqlite3_' + s.sqlite_version)"],
    }.items():
        if name in names:
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            yield f"{name} {said.split()[0].replace('_', ' ')}"


def machine(names):
    with open("/proc/cpuinfo") as file:
        models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    print(f"{len(models) or os.cpu_count()} x {models[0] if models else 'unknown CPU'};", end=" ")
    print("; ".join([f"load {os.getloadavg()[0]:.1f}", *versions(names)]) + "\n")


def names_of(text):
    """The programs that --against names."""
    names = {"all": list(COMPETITORS), "none": []}.get(text, text.split(","))
    if unknown := [name for name in names if name not in COMPETITORS]:
        raise argparse.ArgumentTypeError(
            f"{unknown[0]!r} is none of {', '.join(COMPETITORS)}; or write all, or none")
    return list(dict.fromkeys(names))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--rows", default="10000,100000,1000000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--against", type=names_of, default=["sqlite3"])
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    engines = [Muster, *(COMPETITORS[name] for name in arguments.against)]
    machine(arguments.against)
    print("| rows | import | with | rows/s (median) | from - to | client CPU, us a row", end=" ")
    print("| client peak, MB | server CPU, us a row | server peak, MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    ratios = []
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as directory:
        for rows in (int(word.replace("_", "")) for word in arguments.rows.split(",")):
            ratios.append((rows, measure_size(rows, arguments, engines, directory)))
    if arguments.against:
        print_ratios(ratios, arguments.against)


main()
