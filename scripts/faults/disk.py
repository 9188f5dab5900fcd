"""The shim of disk.c: built once a run, set up through the environment of a daemon."""
import errno
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))


class Disk:
    """The shim, for daemons of a run."""

    def __init__(self, run):
        self.library = run.path("disk.so")
        self.fired_path = run.path("fired")
        self.count_path = run.path("count")
        self.release_path = run.path("release")
        compiler = ["cc", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
        source = os.path.join(HERE, "disk.c")
        subprocess.run([*compiler, "-o", self.library, source, "-ldl", "-lpthread"], check=True)

    def variables(self, daemon, **settings):
        below = {"LD_PRELOAD": self.library, "DISK_BELOW": daemon.data}
        return below | {f"DISK_{name.upper()}": value for name, value in settings.items()}

    def logging(self, daemon, log):
        """The environment of a daemon that logs what it writes; see crash_states.py."""
        return self.variables(daemon, log=log)

    def fault(self, daemon, kind, number, *, ending="", action="once", error=errno.EIO):
        """The environment of a daemon whose call number N of a kind fails; disk.c has the kinds."""
        if os.path.exists(self.fired_path):
            os.unlink(self.fired_path)
        return self.variables(
            daemon, fault=f"{kind}:{ending}:{number}", action=action, errno=str(error),
            fired=self.fired_path, count=self.count_path, release=self.release_path)

    def release(self):
        """Lets a call return that hangs (action="hang")."""
        with open(self.release_path, "w"):
            pass

    @property
    def has_fired(self):
        """Whether the call of the last fault() has come."""
        return os.path.exists(self.fired_path)

    @property
    def call_count(self):
        """How many calls of the kind of the last fault() its daemon, ended by now, has made."""
        with open(self.count_path) as file:
            return int(file.read())
