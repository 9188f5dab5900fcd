"""What the checks of the installed package share: installing it, asking systemd, an import in two parts."""
import json
import os
import re

from verdict import expect

SOCKET = "/run/muster/muster.sock"
CONFIGURATION = "/etc/muster/musterd.json"
NO_LIMITS = '{"limits": {"rowsPerImport": 0, "bytesPerImport": 0}}\n'
ROWS = 20000


def clear(machine):
    """Takes away what a daemon of this machine's own may have left in the files below."""
    machine.run("rm", "-rf", "/var/lib/muster", "/etc/muster")


def package(which):
    """The path of a built package: OLD, or NEW, which is of a later version."""
    return os.environ[f"MUSTER_PACKAGE_{which}"]


def install(machine, which):
    machine.put(package(which), "/var/tmp/muster.deb")
    return machine.run("dpkg", "--install", "/var/tmp/muster.deb",
                       environment={"DEBIAN_FRONTEND": "noninteractive"})


def shown(machine, name, unit="musterd.service"):
    return machine.said("systemctl", "show", "--value", "--property", name, unit)


def counts(text):
    """The counts of a summary for people."""
    return {word: int(number.replace(",", ""))
            for word, number in re.findall(r"^  (\w+) +([\d,]+)$", text, re.M)}


def import_across(machine, name, event):
    """Imports new members from a pipe; something happens when a part of them is durable."""
    rows = [f"{name}{number}@example.org,{name} {number}\n" for number in range(ROWS)]
    command = machine.begin("muster", "import", "-", "--output", "ndjson")
    command.stdin.write("email,name\n" + "".join(rows[:ROWS // 2]))
    command.stdin.flush()
    for line in command.stdout:
        if json.loads(line).get("committed", 0) > 0:
            break
    event()
    said, errors = command.communicate("".join(rows[ROWS // 2:]), timeout=120)
    expect(command.returncode == 0, f"the import ended with {command.returncode}: {errors[-400:]}")
    summary = json.loads(said.splitlines()[-1])
    expect(summary["created"] == summary["received"] == summary["committed"] == ROWS,
           f"the import across {name} counted {summary}")


def members(machine):
    return len(machine.said("muster", "export").splitlines()) - 1
