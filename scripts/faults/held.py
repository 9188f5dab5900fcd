"""A socket that somebody else holds: systemd-socket-activate starts the daemon when somebody connects.

That tool starts a program once, in its own place, and would take its socket with it. So the test
makes the socket, as systemd would, and hands it to one tool after another.
"""
import socket
import subprocess

# LISTEN_PID is the process that the socket is meant for: known only in that process.
HAND_OVER = """
exec 3<&"$0"
[ "$0" = 3 ] || { other=$0; exec {other}>&-; }
export LISTEN_PID=$$
exec "$@"
"""


class HeldSocket:
    """A listening socket that outlives every daemon which serves it."""

    def __init__(self, path, kind=socket.SOCK_STREAM):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, kind)
        self.socket.bind(path)
        if kind == socket.SOCK_STREAM:
            self.socket.listen(4096)

    def close(self):
        self.socket.close()


def hand_over(descriptor, command, environment, count=1, **options):
    """Starts a command with a descriptor as a service manager does, as LISTEN_FDS=1 says.

    count: what LISTEN_FDS says.
    """
    variables = dict(environment, LISTEN_FDS=str(count))
    return subprocess.Popen(
        ["bash", "-c", HAND_OVER, str(descriptor), *command], env=variables, pass_fds=[descriptor],
        stdin=subprocess.DEVNULL, start_new_session=True, **options)


class NotifySocket:
    """Where a service manager is told how its service is."""

    def __init__(self, address):
        """address: a path, or a name after @ for an abstract one."""
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + address[1:] if address.startswith("@") else address)

    def wait_for(self, state, seconds=30):
        """All that was told up to a state; None if it is not told."""
        told = []
        self.socket.settimeout(seconds)
        try:
            while state not in told:
                told += self.socket.recv(4096).decode().split("\n")
        except TimeoutError:
            return None
        return told

    def close(self):
        self.socket.close()
