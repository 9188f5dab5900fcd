"""Runs attacks against a daemon, and prints a line for each."""

import argparse
import importlib
import os
import pkgutil
import random
import signal
import sys
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "faults")]

import daemon as faults_daemon
import kinds
import wire
from common import Run
from line import ATTACKS, Line, Skipped
from target import Beside, Target, measure_alone
from verdict import Failed


class Attack:
    """What all attacks of a run share: its sizes, and the daemon that stands between attacks."""

    def __init__(self, arguments, directory):
        self.run = Run(arguments, directory)
        self.run.attackers = []
        self.short, self.debug = arguments.short, arguments.debug
        self.directory = directory
        self.import_rows = 2_000 if self.debug else 100_000
        self.standing = None
        self.count = 0
        self._files = None
        self.speeds = {}

    @property
    def import_files(self):
        if self._files is None:
            self._files = [self.run.members(self.import_rows, changed=changed) for changed in (False, True)]
            for path in self._files:
                os.chmod(path, 0o644)
        return self._files

    def target(self, fresh=False, **options):
        """The daemon that stands, or a fresh one that ends with its attack."""
        if not fresh and not options and self.standing and self.standing.daemon.runs:
            return self.standing
        self.count += 1
        target = Target(self, f"t{self.count}", **options)
        if not fresh and not options:
            self.standing = target
        return target

    def beside(self, target, uid=None):
        if target not in self.speeds:
            self.speeds[target] = measure_alone(target, 3)
        options = {} if uid is None else {"uid": uid}
        return Beside(target, self.speeds[target], **options)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--debug", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--programs")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    arguments.mutant = None
    for module in sorted(entry.name for entry in pkgutil.iter_modules(kinds.__path__)):
        importlib.import_module("kinds." + module)
    if arguments.list:
        for entry in ATTACKS.values():
            print(f"  {entry.name:22} {entry.says}")
        return
    unknown = [name for name in arguments.names if not any(fits(name, each) for each in ATTACKS)]
    if unknown:
        print(f"attack.sh: no such attack: {' '.join(unknown)}; --help lists them", file=sys.stderr)
        sys.exit(64)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    faults_daemon.BINARIES = os.path.abspath(arguments.programs)
    chosen = [
        entry
        for entry in ATTACKS.values()
        if (
            any(fits(name, entry.name) for name in arguments.names)
            if arguments.names
            else entry.is_short or not arguments.short
        )
    ]
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="muster-attack-") as directory:
        os.chmod(directory, 0o711)
        wire.make_stubs(directory)
        attack = Attack(arguments, directory)
        attack.random = random.Random(arguments.seed)
        try:
            failed = [entry.name for entry in chosen if not run_one(attack, entry)]
        finally:
            for attacker in attack.run.attackers:
                attacker.kill()
            attack.run.end()
    seconds = time.monotonic() - begun
    print(
        f"{len(chosen) - len(failed)} of {len(chosen)} attacks held, {seconds:.0f} s,"
        f" seed {arguments.seed}" + (f"; failed: {' '.join(failed)}" if failed else "")
    )
    sys.exit(1 if failed else 0)


def fits(name, attack):
    return attack == name or attack.startswith(name + "-")


def run_one(attack, entry):
    """Runs an attack and prints its line: whether the daemon held."""
    line = Line(attack, entry)
    begun = time.monotonic()
    try:
        entry.function(attack, line)
    except Failed as failure:
        line.broken.append(str(failure))
    except Skipped as skipped:
        line.skipped = str(skipped)
    except Exception as error:
        traceback.print_exc()
        line.broken.append(f"the attack itself broke: {error}")
    for target in line.targets:
        try:
            if not line.may_end:
                target.check_alive()
                line.memory(target)
        except Failed as failure:
            line.broken.append(str(failure))
        if target is not attack.standing:
            target.daemon.stop(signal.SIGKILL)
    print(line.text(time.monotonic() - begun), flush=True)
    return not line.broken


if __name__ == "__main__":
    main()
