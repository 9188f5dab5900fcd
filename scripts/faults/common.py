"""What the fault tests share: a run with its seed and directory, and the verdict.

A test is a file whose text begins with the promise that it is about, in one line, and that ends with

    main(__doc__, test, mutants=["acknowledges-before-commit"])

where test(run) returns the figure that it measured, or raises Failed. With a mutant it must raise
Failed: any other end is a failure of the test. MUSTER_MUTANT is then set for every daemon; a mutant
that is a wrong setting of the test itself is in run.mutant.
"""
import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from daemon import ROOT, Daemon
from verdict import Failed, expect

__all__ = ["Failed", "Run", "expect", "main"]


class Run:
    """One run of a test: its length, seed, mutant, and a directory that goes at its end."""

    def __init__(self, arguments, directory):
        self.short = arguments.short
        self.mutant = arguments.mutant
        self.seed = arguments.seed
        self.random = random.Random(arguments.seed)
        self.directory = directory
        self.daemons = []
        self.imports = []

    def path(self, name):
        return os.path.join(self.directory, name)

    def members(self, rows, *, start=0, changed=False, seed=1):
        """A file of generated members (scripts/bench/make_members.py)."""
        path = self.path(f"members-{rows}-{start}-{seed}{'-changed' if changed else ''}.csv")
        if not os.path.exists(path):
            maker = [os.path.join(ROOT, "scripts", "bench", "make_members.py"), str(rows)]
            maker += ["--seed", str(seed), "--start", str(start)]
            with open(path, "w") as file:
                command = [sys.executable, *maker, *(["--changed"] if changed else [])]
                subprocess.run(command, stdout=file, check=True)
        return path

    def daemon(self, name="data", **options):
        """A daemon on a data directory of this name, not started yet; see Daemon."""
        daemon = Daemon(self, name, **options)
        self.daemons.append(daemon)
        return daemon

    def end(self):
        """Ends every process that the run has started."""
        for command in self.imports:
            command.kill()
        for daemon in self.daemons:
            daemon.stop(signal.SIGKILL)


def main(document, test, mutants=()):
    """Runs a test as its command line says, and prints its line."""
    first_line = document.splitlines()[0]
    name = os.path.splitext(os.path.basename(sys.argv[0]))[0]
    parser = argparse.ArgumentParser(description=first_line)
    parser.add_argument("--short", action="store_true", help="the short form")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--mutant", choices=mutants, help="must be found")
    parser.add_argument("--list-mutants", action="store_true")
    arguments = parser.parse_args()
    if arguments.list_mutants:
        print("\n".join(mutants))
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    title = f"{first_line.split(':')[0]} {name}"
    begun = time.monotonic()
    figure, broken = run_in_directory(test, arguments)
    end = f"(seed {arguments.seed}, {time.monotonic() - begun:.0f} s)"
    if arguments.mutant is None:
        print(f"{title}: {figure or f'FAILED: {broken}'} {end}", flush=True)
        sys.exit(0 if broken is None else 1)
    if broken is None:
        print(f"{title}: FAILED: does not find {arguments.mutant}: {figure} {end}", flush=True)
        sys.exit(1)
    print(f"{title}: finds {arguments.mutant}: {broken} {end}", flush=True)


def run_in_directory(test, arguments):
    """The figure of a test, or else what is broken."""
    with tempfile.TemporaryDirectory(prefix="muster-faults-") as directory:
        run = Run(arguments, directory)
        try:
            return test(run), None
        except Failed as failure:
            return None, str(failure)
        except Exception:
            # A test that breaks has found nothing, with a mutant too.
            traceback.print_exc()
            print(f"FAILED: the test itself broke (seed {arguments.seed})", flush=True)
            sys.exit(70)
        finally:
            run.end()
