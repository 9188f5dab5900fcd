#!/usr/bin/env python3
"""Imports of any size: what memory they take, and that an export of all imports as it is.

Run by scripts/size.sh, which builds first.
"""
import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time

from engines import Muster, expect_counts, make_file, stop

# Promises, P8, and the bound of the command, in bytes.
DAEMON_PEAK_MAX = 320 << 20
DAEMON_PEAK_PER_MEMBER_MAX = 60
COMMAND_PEAK_MAX = 64 << 20
# Issue 4: ready within a second of a restart, and an index loads at a million members a second.
READY_SECONDS_MAX = 1.0
LOADED_PER_SECOND_MIN = 1_000_000
# What is said of restarts, below the table.
restarts = []


def export(muster, path):
    """Exports all members: seconds and the command's peak."""
    start = time.perf_counter()
    with open(path, "wb") as file:
        process = subprocess.Popen(
            [muster.muster, "--socket", muster.socket, "export"], stdout=file)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        stop(f"the export ended with code {process.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss * 1024


def resident(muster):
    with open(f"/proc/{muster.daemon.pid}/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))


def print_row(rows, what, seconds, command_peak, muster):
    peak = muster.peak()
    print(
        f"| {rows:,} | {what} | {rows / seconds:,.0f} | {command_peak / 2**20:.0f}"
        f" | {peak / 2**20:.0f} | {resident(muster) / 2**20:.0f} |", flush=True)
    if command_peak > COMMAND_PEAK_MAX:
        stop(f"the command took {command_peak / 2**20:.0f} MiB, more than 64")
    if peak > DAEMON_PEAK_MAX + DAEMON_PEAK_PER_MEMBER_MAX * rows:
        stop(f"the daemon took {peak / 2**20:.0f} MiB, more than 320 and 60 bytes a member")
    return peak


def print_restart(rows, muster):
    """A restart, and the first use of a workspace, which loads its index."""
    ready = muster.restart()
    first, *_ = muster.command("role", "list")
    again, *_ = muster.command("role", "list")
    load = max(first - again, 0.001)
    restarts.append(
        f"A daemon with {rows:,} members listens {ready:.2f} s after its start, and loads them at their"
        f" first use in {load:.2f} s, {rows / load:,.0f} a second.")
    if ready > READY_SECONDS_MAX:
        stop(f"a restart took {ready:.2f} s, more than {READY_SECONDS_MAX}")
    if rows >= 1_000_000 and rows / load < LOADED_PER_SECOND_MIN:
        stop(f"{restarts[-1]} That is fewer than {LOADED_PER_SECOND_MIN:,}.")


def measure(rows, binaries, directory):
    """One size, in a daemon of its own; the daemon's peak after all."""
    path = make_file(directory, rows)
    exported = os.path.join(directory, f"exported-{rows}.csv")
    muster = Muster(binaries, directory)
    try:
        for what, counted in [("import, new", "created"), ("import, unchanged", "unchanged")]:
            seconds, _, peak, output = muster.command(*muster.IMPORT, path)
            expect_counts(output, rows, counted)
            print_row(rows, what, seconds, peak, muster)
        seconds, peak = export(muster, exported)
        print_row(rows, "export", seconds, peak, muster)
        seconds, _, peak, output = muster.command(*muster.IMPORT, exported)
        expect_counts(output, rows, "unchanged")
        peak = print_row(rows, "import of the export, unchanged", seconds, peak, muster)
        print_restart(rows, muster)
        return peak
    finally:
        muster.close()
        for file in (path, exported):
            if os.path.exists(file):
                os.unlink(file)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--rows", default="1000000,5000000")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print("| rows | what | rows/s | command's peak, MiB | daemon's peak, MiB | daemon after, MiB |")
    print("|---|---|---|---|---|---|")
    peaks = []
    with tempfile.TemporaryDirectory(prefix="muster-size-") as directory:
        for rows in (int(word.replace("_", "")) for word in arguments.rows.split(",")):
            peaks.append((rows, measure(rows, arguments.bin, directory)))
    print("", *restarts, sep="\n")
    for (fewer, low), (more, high) in zip(peaks, peaks[1:]):
        each = (high - low) / (more - fewer)
        print(f"\nFrom {fewer:,} to {more:,} members the daemon's peak grew by {each:.1f} bytes each.")
        # Below a million the page cache is still growing to its own bound.
        if fewer >= 1_000_000 and each > DAEMON_PEAK_PER_MEMBER_MAX:
            stop(f"that is more than {DAEMON_PEAK_PER_MEMBER_MAX}")


main()
