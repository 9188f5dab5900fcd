"""A Debian with systemd as its process 1, in namespaces of its own, to install the package in.

Its file system is an overlay, over this machine's own or over that of a directory: what is written there
is gone with it. It has no network, and this machine's kernel settings are read-only there.
"""
import os
import shutil
import signal
import subprocess
import time

from verdict import Failed

BOOT_SECONDS_MAX = 60
COMMAND_SECONDS_MAX = 120

# A control group of its own, so that systemd has one to be the root of.
OUTER = """
set -eu
mount --make-rprivate /
mkdir -p "$0/cgroup" && mount -t cgroup2 cgroup2 "$0/cgroup"
mkdir "$0/cgroup/$1" && echo $$ > "$0/cgroup/$1/cgroup.procs"
exec unshare --pid --fork --cgroup --net --uts --ipc --mount --kill-child=SIGKILL \\
  bash -c "$2" "$0" "$3" "$4"
"""
INNER = """
set -eu
root=$0/root
umask 022
mkdir "$root" "$0/space"
mount -t tmpfs tmpfs "$0/space" && mkdir "$0/space/upper" "$0/space/work"
mount -t overlay -o "lowerdir=$1,upperdir=$0/space/upper,workdir=$0/space/work" overlay "$root"
: > "$root/etc/fstab"
rm -f "$root/usr/sbin/policy-rc.d" "$root/var/lib/man-db/auto-update"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys" && mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mkdir -p "$root/sys/fs/cgroup" && mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for name in null zero full random urandom tty; do
  touch "$root/dev/$name" && mount --bind "/dev/$name" "$root/dev/$name"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
cd "$root"
pivot_root . mnt
umount -l /mnt
export -n TMPDIR
if [ "$2" = boot ]; then
  exec env -i container=muster PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
    /lib/systemd/systemd --unit=basic.target --log-target=null --show-status=no
else
  exec sleep infinity
fi
"""
TIDY = """
mkdir -p "$0/cgroup" && mount -t cgroup2 cgroup2 "$0/cgroup"
find "$0/cgroup/$1" -depth -type d -exec rmdir {} +
"""


class Machine:
    """The namespaces, from their start to their end; a context.

    files: the directory with the file system below the overlay.
    boot: with systemd; without it only what is started by hand runs.
    """

    def __init__(self, directory, files="/", boot=True):
        if os.geteuid() != 0:
            raise Failed("only root can make a machine of namespaces")
        self.directory = directory
        os.makedirs(directory, exist_ok=True)
        self.group = f"muster-{os.getpid()}-{os.path.basename(directory)}"
        self.boot = boot
        with open(os.path.join(directory, "log"), "wb") as log:
            self.process = subprocess.Popen(
                ["unshare", "--mount", "bash", "-c", OUTER, directory, self.group, INNER, files,
                 "boot" if boot else "wait"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.first = None

    def __enter__(self):
        try:
            self._await("its first process", self._find_first)
            if self.boot:
                self._await("systemd", self._has_booted)
        except Failed:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # With it ends all that is in its namespaces.
        self.process.kill()
        self.process.wait()
        if self.first is not None:
            end = time.monotonic() + COMMAND_SECONDS_MAX
            while os.path.exists(f"/proc/{self.first}") and time.monotonic() < end:
                time.sleep(0.02)
        subprocess.run(["unshare", "--mount", "bash", "-c", TIDY, self.directory, self.group],
                       stderr=subprocess.DEVNULL, check=False)

    def _find_first(self):
        found, words = None, b""
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/stat") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
                if parent == self.process.pid:
                    with open(f"/proc/{name}/cmdline", "rb") as file:
                        found, words = int(name), file.read()
            except OSError:
                continue  # It is over already.
        if not words.startswith((b"/lib/systemd/systemd", b"sleep")):
            return False
        self.first = found
        return True

    def _has_booted(self):
        return self.run("systemctl", "is-active", "basic.target", codes=None).returncode == 0

    def _await(self, what, is_there):
        end = time.monotonic() + BOOT_SECONDS_MAX
        while not is_there():
            if self.process.poll() is not None or time.monotonic() > end:
                with open(os.path.join(self.directory, "log"), errors="replace") as file:
                    raise Failed(f"{what} does not start there: {file.read()[-600:]}")
            time.sleep(0.05)

    def entered(self, *command, user=None, environment=None):
        """The words that run a command there, as a user; root's own groups and none of ours."""
        words = ["nsenter", "-t", str(self.first), "-m", "-p", "-C", "-n", "-u", "-i", "-r", "-w"]
        words += ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/var/tmp"]
        words += [f"{name}={value}" for name, value in (environment or {}).items()]
        if user:
            words += ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        return [*words, *command]

    def run(self, *command, user=None, codes=(0,), environment=None):
        """Runs a command there to its end; Failed unless it ends with one of the codes (None: any)."""
        ended = subprocess.run(
            self.entered(*command, user=user, environment=environment), stdin=subprocess.DEVNULL,
            capture_output=True, timeout=COMMAND_SECONDS_MAX, check=False)
        # Not text=True: it would take a carriage return for the end of a line.
        ended.stdout = ended.stdout.decode(errors="replace")
        ended.stderr = ended.stderr.decode(errors="replace")
        if codes is not None and ended.returncode not in codes:
            said = (ended.stdout + ended.stderr).strip()[-700:]
            raise Failed(f"{' '.join(command[:4])} ended with {ended.returncode}: {said}")
        return ended

    def said(self, *command, **options):
        """What a command prints there."""
        return self.run(*command, **options).stdout.strip()

    def begin(self, *command, user=None):
        """Starts a command there, with pipes."""
        return subprocess.Popen(
            self.entered(*command, user=user), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def path(self, inside):
        """Where a path of the machine is, seen from here."""
        return f"/proc/{self.first}/root{inside}"

    def put(self, source, inside):
        """Copies a file of this machine there, readable by all."""
        shutil.copyfile(source, self.path(inside))
        os.chmod(self.path(inside), 0o644)

    def write(self, inside, text):
        os.makedirs(os.path.dirname(self.path(inside)), exist_ok=True)
        with open(self.path(inside), "w") as file:
            file.write(text)

    def signal(self, process, name):
        # The shell's own: Debian's smallest systems have no other.
        self.run("sh", "-c", f"kill -{signal.Signals[name].name[3:]} {process}")
