#!/usr/bin/env python3
"""Imports at the same time: what they reach together beside one alone, and how even they are.

Run by scripts/fair.sh, which builds first.
"""
import argparse
import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from threading import Thread

from engines import Muster, make_file, stop

# Promises, P12: together at least 80 % of what one importer reaches. One that starves would end
# long after the others have: each must have had a row committed by the time the first one ends.
TOGETHER_MIN = 0.8


class Import:
    """A running `muster import` and what it has said."""

    def __init__(self, muster, path, workspace):
        command = [muster.muster, "--socket", muster.socket, "--workspace", workspace]
        self.process = subprocess.Popen(
            [*command, *muster.IMPORT, path], stdout=subprocess.PIPE, text=True)
        self.committed_at = None
        self.ended_at = None
        self.summary = None

    def read(self):
        """Reads to the end, in a thread of its own."""
        for line in self.process.stdout:
            event = json.loads(line)
            if self.committed_at is None and event.get("committed", 0) > 0:
                self.committed_at = time.perf_counter()
            if event["type"] == "summary":
                self.summary = event
        self.ended_at = time.perf_counter()
        self.process.wait()


def run_together(muster, paths, workspaces):
    """Seconds until all have ended, and the imports."""
    start = time.perf_counter()
    imports = [Import(muster, path, name) for path, name in zip(paths, workspaces)]
    threads = [Thread(target=one.read) for one in imports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in imports:
        if one.process.returncode != 0 or one.summary is None:
            stop(f"an import ended with code {one.process.returncode}")
    first_end = min(one.ended_at for one in imports)
    starved = [one for one in imports if one.committed_at is None or one.committed_at > first_end]
    if len(imports) > 1 and starved:
        stop(f"{len(starved)} of {len(imports)} imports had nothing committed when the first ended")
    return time.perf_counter() - start, imports


def created(imports):
    return sum(one.summary["created"] for one in imports)


def measure(arguments, directory, paths):
    """One run: the seconds of one import of all rows, of all parts at once into one workspace, and
    of the same into as many; and how far apart the ends of those at once were."""
    whole, *parts = paths
    muster = Muster(arguments.bin, directory)
    try:
        names = [f"w{number}" for number in range(arguments.importers)]
        for name in ["alone", "one", *names]:
            muster.command("workspace", "create", name)
            muster.fill_catalogue(name)
        rows = arguments.rows * arguments.importers
        alone, single = run_together(muster, [whole], ["alone"])
        one, shared = run_together(muster, parts, ["one"] * arguments.importers)
        many, apart = run_together(muster, parts, names)
        for imports in (single, shared, apart):
            if created(imports) != rows:
                stop(f"{created(imports)} of {rows} members were created")
        spread = [max(i.ended_at for i in group) - min(i.ended_at for i in group)
                  for group in (shared, apart)]
        return alone, one, many, spread[0] / one, spread[1] / many
    finally:
        muster.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--importers", type=int, default=8)
    parser.add_argument("--rows", type=int, default=100_000, help="of each importer")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--together-min", type=float, default=TOGETHER_MIN,
                        help="the least part of one alone that they must reach")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rows = arguments.rows * arguments.importers
    with tempfile.TemporaryDirectory(prefix="muster-fair-") as directory:
        paths = [make_file(directory, rows)]
        for first in range(0, rows, arguments.rows):
            paths.append(make_file(directory, arguments.rows, "--start", str(first)))
        results = [measure(arguments, directory, paths) for _ in range(arguments.runs)]
    alone, one, many, one_spread, many_spread = map(statistics.median, zip(*results))
    print(f"{arguments.importers} importers of {arguments.rows:,} rows each; medians of"
          f" {arguments.runs} runs\n")
    print("| | rows/s | of one alone | from the first end to the last, of the whole |")
    print("|---|---|---|---|")
    print(f"| one import of {rows:,} rows | {rows / alone:,.0f} | 100 % | |")
    for what, seconds, spread in (
            ("into one workspace", one, one_spread), ("into as many workspaces", many, many_spread)):
        print(f"| {what} | {rows / seconds:,.0f} | {alone / seconds:.0%} | {spread:.0%} |")
    for seconds in (one, many):
        if alone / seconds < arguments.together_min:
            stop(f"together they reached {alone / seconds:.0%} of one alone, less than"
                 f" {arguments.together_min:.0%}")


main()
