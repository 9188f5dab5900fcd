#!/usr/bin/env python3
"""Looks at the service's hardening as systemd-analyze does, and at what each of its lines is for.

The score must be at most EXPOSURE_MAX, and what is exposed exactly EXPOSED. Each line left out must
expose more, unless UNSCORED names it: so a line that somebody drops is found, and one that does
nothing too. Besides, a start and a reload must look at the configuration that the daemon is given.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# The score that the unit had when it was written; it must not get worse.
EXPOSURE_MAX = 0.5
# What it cannot do without: the host's files, its socket, the users behind its peers' uids, and
# setpriority. And ProtectClock lets it read the clock's device.
EXPOSED = {"RootDirectoryOrRootImage", "RestrictAddressFamilies_AF_UNIX", "PrivateUsers",
           "SystemCallFilter_resources", "DeviceAllow"}
# Lines that systemd-analyze does not look at, or that another line covers for it; and the one that
# allows something.
UNSCORED = {"PrivateUsers=no", "DevicePolicy=closed", "SystemCallErrorNumber=EPERM",
            "SystemCallFilter=setpriority"}
FIRST, LAST = "CapabilityBoundingSet=", "SystemCallErrorNumber="
# Lines above the hardening that are scored too.
ABOVE = ("User=", "UMask=")


def analyze(text, *options):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "musterd.service")
        with open(path, "w") as file:
            file.write(text)
        command = ["systemd-analyze", "security", "--offline=true", "--no-pager", *options, path]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def exposed(text):
    """What a unit exposes, by name, and how much it weighs."""
    parts = json.loads(analyze(text, "--json=short"))
    if len(parts) < 70:
        sys.exit(f"units.py: systemd-analyze looks at {len(parts)} things only")
    return {part["json_field"]: float(part["exposure"]) for part in parts
            if part["exposure"] is not None}


def hardening(lines):
    """The places of the lines that harden the service."""
    first = next(place for place, line in enumerate(lines) if line.startswith(FIRST))
    last = next(place for place, line in enumerate(lines) if line.startswith(LAST))
    above = [place for place, line in enumerate(lines) if line.startswith(ABOVE)]
    return above + [place for place in range(first, last + 1) if not lines[place].startswith("#")]


def unchecked(lines):
    """What does not look at the configuration before it is used."""
    config = next(line.split("--config ")[1].strip() for line in lines
                  if line.startswith("ExecStart="))
    wanted = f"/usr/bin/musterd --check-config {config}"
    first = {}
    for line in lines:
        key, _, value = line.strip().partition("=")
        first.setdefault(key, value)
    return [key for key in ("ExecStartPre", "ExecReload") if first.get(key) != wanted]


def main():
    with open(os.path.join(HERE, "musterd.service")) as file:
        text = file.read()
    lines = text.splitlines(keepends=True)
    faults = []
    base = exposed(text)
    score = float(re.search(r"exposure level for \S+: (\d+\.\d)", analyze(text))[1])
    if score > EXPOSURE_MAX:
        faults.append(f"the service scores {score}, more than {EXPOSURE_MAX}")
    if set(base) != EXPOSED:
        faults.append(f"exposed is {sorted(base)}, expected {sorted(EXPOSED)}")
    places = hardening(lines)
    for place in places:
        setting = lines[place].strip()
        without = exposed("".join(lines[:place] + lines[place + 1:]))
        is_missed = any(weight > base.get(name, 0) for name, weight in without.items())
        if is_missed == (setting in UNSCORED):
            word = "scored, and named as unscored" if is_missed else "missed by nobody"
            faults.append(f"{setting} is {word}")
    faults += [f"{key} does not check the configuration first" for key in unchecked(lines)]
    for fault in faults:
        print(f"units.py: {fault}", file=sys.stderr)
    print(f"musterd.service scores {score}; of its {len(places)} lines of hardening"
          f" {len(places) - len(UNSCORED)} are missed by the score when they are left out")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
