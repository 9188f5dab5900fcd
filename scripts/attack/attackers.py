"""Processes of other users that attack: each runs a function, and hands back what it answers."""

import multiprocessing
import os
import signal
import traceback

from verdict import Failed

FORK = multiprocessing.get_context("fork")


def become(uid):
    """Makes this process another user's for good; without root everybody is the same one."""
    if os.getuid() == 0 and uid != 0:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)


class Attacker:
    """A process of a user that runs a function of its arguments and an event that says when to end."""

    def __init__(self, uid, function, *arguments):
        self.ours, theirs = FORK.Pipe()
        self.over = FORK.Event()
        self.begun = FORK.Event()
        self.process = FORK.Process(target=self.run, args=(theirs, uid, function, arguments), daemon=True)
        self.process.start()
        theirs.close()

    def run(self, theirs, uid, function, arguments):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            become(uid)
            theirs.send(("answer", function(self, *arguments)))
        except Exception:
            theirs.send(("broken", traceback.format_exc()))
        theirs.close()
        os._exit(0)

    def has_begun(self, seconds=60):
        """Waits until the function has called begun.set()."""
        if not self.begun.wait(seconds):
            self.kill()
            raise Failed("the attacker does not begin")

    def result(self, seconds=120, ends=True):
        """Tells it to end and waits for its answer."""
        if ends:
            self.over.set()
        try:
            if not self.ours.poll(seconds):
                raise Failed(f"the attacker hangs for more than {seconds} s")
            kind, answer = self.ours.recv()
        except EOFError:
            raise Failed("the attacker died") from None
        finally:
            self.kill()
        if kind == "broken":
            raise RuntimeError(answer)
        return answer

    def kill(self):
        self.process.kill()
        self.process.join()
