"""Runs the sessions of a document as somebody would who types them, in an account of its own."""

import contextlib
import os
import pathlib
import re
import shlex
import shutil
import signal
import sys
import tempfile
import time

import documents
from likeness import Likeness
from terminal import Terminal

# Where a document's sessions play.
HOME = "/home/you"
DEMO = "/tmp/muster-demo"
BINARIES = "$PWD/.build/debug"
# What is typed in another way here, and why.
REPLACED = {
  # The tests' own environment has both, in the versions of requirements.txt, without a network.
  "python3 -m venv venv && venv/bin/pip install --quiet grpcio grpcio-tools":
    f"ln -s {shlex.quote(sys.prefix)} venv",
}
DEADLINE_SECONDS = 60


def replaced(text, places):
  """A text with each place replaced, in one pass: the clone itself may lie in one of them."""
  return re.sub("|".join(map(re.escape, places)), lambda match: places[match.group()], text)


class Account:
  """An empty home directory, a shell in the clone, and nothing of the tester's environment."""

  def __init__(self, document):
    # Short, because a socket's path has at most 107 bytes.
    self.root = pathlib.Path(tempfile.mkdtemp(prefix="muster-doc-", dir="/tmp"))
    self.home = self.root / "home"
    self.demo = self.root / "demo"
    self.home.mkdir(mode=0o700)
    self.binaries = os.environ.get("MUSTER_BIN_DIR", str(documents.PACKAGE / ".build" / "debug"))
    self.likeness = Likeness()
    self._files = documents.files_to_write(document)
    environment = {
      "HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8",
      # A daemon of this machine is not the one to try things on.
      "MUSTER_SYSTEM_DIRECTORY": str(self.root / "none")}
    self.terminal = Terminal(environment, documents.PACKAGE)

  def run(self, step):
    """Types a step, and the answers that it shows; returns the lines that it printed."""
    typed = REPLACED.get(step.typed, self.likeness.typed(step.typed))
    for name in self._files:
      if re.search(rf"\b{re.escape(name)}\b", typed):
        (self.demo / name).write_text(self._here(self._files[name]), encoding="utf-8")
    answers = [line.rsplit("] ", 1)[1] for line in step.shown if re.search(r"\[y/N\] \w+$", line)]
    return self.type(typed, answers)

  def type(self, typed, answers=()):
    """Types a command; returns the lines that it printed, with the documents' names of places."""
    lines = self.terminal.run(self._here(typed), answers)
    if typed.endswith("&"):
      self._await_daemon()
    return [self._there(line) for line in lines]

  def close(self):
    """Ends the shell, and the daemons that were started in this account."""
    self.terminal.close()
    for process in self._processes():
      with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
    end = time.monotonic() + DEADLINE_SECONDS
    while self._processes():
      assert time.monotonic() < end, f"{self._processes()} did not end"
      time.sleep(0.05)
    shutil.rmtree(self.root)

  def _here(self, text):
    return replaced(text, {BINARIES: self.binaries, DEMO: str(self.demo), HOME: str(self.home)})

  def _there(self, text):
    return replaced(text, {str(self.demo): DEMO, str(self.home): HOME})

  def _await_daemon(self):
    """Who types is slow: a daemon just started serves when the next command comes."""
    end = time.monotonic() + DEADLINE_SECONDS
    while True:
      self.terminal.run("muster health > /dev/null 2>&1")
      if self.terminal.code == 0:
        return
      assert time.monotonic() < end, "the daemon does not serve"

  def _processes(self):
    """The processes whose command line names this account's directory."""
    found = []
    for directory in pathlib.Path("/proc").iterdir():
      if directory.name.isdigit():
        try:
          words = (directory / "cmdline").read_bytes()
        except OSError:
          continue
        if str(self.root).encode() in words:
          found.append(int(directory.name))
    return found
