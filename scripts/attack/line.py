"""The line of an attack: what was sent and answered, memory, the import and `health` beside it."""

import os

from verdict import Failed

ATTACKS = {}
# What an attack may do to those beside it. An import shares two processors with the attacker itself;
# a debug build checks and writes tens of times slower, and leaves less.
SHARE_MIN, SHARE_MIN_DEBUG = 0.5, 0.1
HEALTH_SECONDS_MAX, HEALTH_SECONDS_MAX_DEBUG = 1.0, 5.0


class Skipped(Exception):
    """The attack cannot be made here; the text says why."""


class Entry:
    def __init__(self, name, says, function, is_short):
        self.name, self.says, self.function, self.is_short = name, says, function, is_short


def attack(name, *, short=False):
    """Makes a function an attack of this name; the first line of its text says what it does."""

    def known(function):
        ATTACKS[name] = Entry(name, function.__doc__.splitlines()[0], function, short)
        return function

    return known


class Line:
    """What an attack found. An attack calls expect() for each bound, which lets it go on."""

    def __init__(self, attack, entry):
        self.attack, self.entry = attack, entry
        self.sent, self.answered = "", []
        self.broken = []
        self.skipped = None
        self.targets = []
        self.before_mib = None
        self.memory_text = ""
        self.beside_text = ""
        # Whether the attack ends its daemons itself.
        self.may_end = False

    def target(self, fresh=False, **options):
        """The daemon to attack; its memory counts from here."""
        target = self.attack.target(fresh, **options)
        self.targets.append(target)
        self.before_mib = target.memory_mib()
        target.forget_peak()
        return target

    def memory(self, target):
        if target.daemon.runs and self.before_mib is not None:
            self.peak_mib = target.memory_mib("VmHWM")
            self.memory_text = (
                f"memory {self.before_mib:.0f} -> {self.peak_mib:.0f} -> {target.memory_mib():.0f} MiB"
            )

    def expect(self, holds, broken):
        if not holds:
            self.broken.append(broken)
        return holds

    def answer(self, text):
        self.answered.append(text)

    def beside(self, beside, share_min=None):
        """Writes down how the import and the health beside it fared, and checks it."""
        debug = self.attack.debug
        if share_min is None:
            share_min = SHARE_MIN_DEBUG if debug else SHARE_MIN
        health_max = HEALTH_SECONDS_MAX_DEBUG if debug else HEALTH_SECONDS_MAX
        slowest = beside.health_seconds
        health = "fails" if slowest is None else f"{slowest:.2f} s"
        self.beside_text = (
            f"import {beside.share * 100:.0f} % of its speed, health {health} ({len(beside.healths)})"
        )
        self.broken += beside.failures[:1]
        self.expect(
            beside.share >= share_min,
            f"an import beside it keeps {beside.share * 100:.0f} % of its speed, not"
            f" {share_min * 100:.0f} %",
        )
        self.expect(
            slowest is not None and slowest <= health_max,
            f"health beside it: {health}, not {health_max:.0f} s",
        )

    def text(self, seconds):
        if self.skipped:
            return f"{self.entry.name}: skipped: {self.skipped}"
        parts = [
            f"sent {self.sent}",
            "answered " + "; ".join(self.answered) if self.answered else "",
            self.memory_text,
            self.beside_text,
        ]
        verdict = "FAILED: " + "; ".join(self.broken) if self.broken else "held"
        return (
            f"{self.entry.name}: {' | '.join(part for part in parts if part)} | {verdict} ({seconds:.1f} s)"
        )


def needs_root():
    if os.getuid() != 0:
        raise Skipped("it takes other users, and so root")


__all__ = ["ATTACKS", "Entry", "Failed", "Line", "Skipped", "attack", "needs_root"]
