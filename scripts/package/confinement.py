"""Who gets in to the installed daemon, and what it cannot do itself."""
import json
import re
import time

from installation import CONFIGURATION, import_across, shown
from verdict import expect


def check_user(machine):
    """sysusers.d would make the same user as the package's script, but for the number."""
    machine.run("mkdir", "-p", "/var/tmp/empty/etc")
    lines = [line for line in machine.said("cat", "/usr/lib/sysusers.d/muster.conf").splitlines()
             if not line.startswith("#")]
    machine.run("systemd-sysusers", "--root=/var/tmp/empty", "--inline", *lines)
    made, other = [
        [field.rstrip(",") for field in machine.said("grep", "^muster:", f"{place}/etc/passwd")
         .split(":") if not field.isdigit()]
        for place in ["", "/var/tmp/empty"]]
    expect(made == other, f"the users differ: {made} and {other}")
    machine.run("grep", "^muster:", "/etc/group", "/var/tmp/empty/etc/group")


def check_strangers(machine):
    """Out of the group, the kernel refuses; in it, the daemon does, but for its health."""
    machine.run("useradd", "--system", "--no-create-home", "stranger")
    machine.run("useradd", "--system", "--no-create-home", "--groups", "muster", "colleague")
    for user in ["stranger", "colleague"]:
        ended = machine.run("muster", "label", "list", user=user, codes=(1,))
        expect(re.search("may not|ermission|its own user and root alone|No rule", ended.stderr),
               f"{user} is refused with: {ended.stderr}")
    machine.run("muster", "health", user="colleague")


def check_confinement(machine):
    """The daemon has no rights, no network, and nothing that it could write to but its data."""
    process = shown(machine, "MainPID")
    status = dict(line.split(":\t", 1)
                  for line in machine.said("cat", f"/proc/{process}/status").splitlines()
                  if ":\t" in line)
    user = machine.said("id", "--user", "muster")
    expect(status["Uid"].split() == [user] * 4, f"it runs as {status['Uid']}")
    for name in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]:
        expect(int(status[name], 16) == 0, f"it has the capabilities {name} {status[name]}")
    expect((status["NoNewPrivs"], status["Seccomp"], status["Umask"]) == ("1", "2", "0077"),
           f"it runs with {status}")
    expect(shown(machine, "MemoryDenyWriteExecute") == "yes", "memory may be written and run")
    for name, is_own, broken in [
            ("net", True, "it is in the machine's network"),
            ("user", False, "it sees other users as nobody")]:
        spaces = machine.said("readlink", f"/proc/{process}/ns/{name}", f"/proc/1/ns/{name}")
        expect((len(set(spaces.splitlines())) == 2) == is_own, broken)
    inside = ["nsenter", "--target", process, "--mount", "--net", "setpriv", "--reuid=muster",
              "--regid=muster", "--clear-groups"]
    machine.run("chmod", "777", "/srv", "/home")
    for path in ["/srv/x", "/home/x", "/etc/x", "/usr/bin/x", "/run/muster/x", "/var/lib/x"]:
        ended = machine.run(*inside, "touch", path, codes=None)
        expect(ended.returncode != 0, f"it could write {path}")
    machine.run(*inside, "touch", "/var/lib/muster/x")
    machine.run("rm", "/var/lib/muster/x")
    limits = machine.said("cat", f"/proc/{process}/limits")
    expect(re.search(r"Max core file size +0 +0 ", limits), "it may leave a core")
    expect(re.search(r"Max open files +16384 +16384 ", limits), f"open files: {limits}")


def check_refused_policy(machine, settings, rule):
    """A policy that cannot be used fails the reload, and says why; the old one stays."""
    wrong = {**rule, "scopes": ["members:all"]}
    machine.write(CONFIGURATION, json.dumps({**settings, "access": {"policy": [wrong]}}))
    ended = machine.run("systemctl", "reload", "musterd.service", codes=None)
    expect(ended.returncode != 0, "a policy that cannot be used is reloaded without a word")
    said = machine.said("journalctl", "--unit", "musterd.service", "--output", "cat")
    expect("access.policy[0].scopes[0]" in said, f"the journal does not say why: {said[-300:]}")
    expect(machine.said("muster", "health", "--output", "text") == "SERVING", "it does not serve")


def check_policy(machine):
    """A reload reads who may do what again, and nobody is cut off: a colleague is let in."""
    with open(machine.path(CONFIGURATION)) as file:
        settings = json.load(file)
    rule = {"group": "muster", "workspaces": ["default"], "scopes": ["members:write"]}
    machine.write(CONFIGURATION, json.dumps({**settings, "access": {"policy": [rule]}}))
    before = shown(machine, "MainPID")
    check_refused_policy(machine, settings, rule)
    machine.write(CONFIGURATION, json.dumps({**settings, "access": {"policy": [rule]}}))
    import_across(machine, "reload", lambda: machine.run("systemctl", "reload", "musterd.service"))
    expect(shown(machine, "MainPID") == before, "the reload has started it again")
    end = time.monotonic() + 30
    while "read the policy again" not in machine.said("journalctl", "--unit", "musterd.service"):
        expect(time.monotonic() < end, "the reload reads nothing")
        time.sleep(0.05)
    machine.run("muster", "import", "/var/tmp/members.csv", "--rejects", "/var/tmp/colleague.csv",
                user="colleague", codes=(2,))
    machine.run("muster", "label", "create", "forbidden", user="colleague", codes=(1,))
    machine.run("muster", "health", user="stranger", codes=(1,))
    machine.write(CONFIGURATION, json.dumps(settings))
