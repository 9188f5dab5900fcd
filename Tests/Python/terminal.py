"""A shell at a pseudo-terminal, as somebody at a keyboard has one."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

DEADLINE_SECONDS = 60
COLUMNS = 100
# Where the shell waits for a command, with the code of the last one, in bytes nobody else prints.
_PROMPT = re.compile(rb"\x02(\d+)\x03$")
_QUESTION = re.compile(rb"\[y/N\] $")
# What the shell itself tells of jobs that begin and end well; documents leave it out.
_JOB = re.compile(r"\[\d+\](?: \d+|[+-]?  Done .*)")


class Terminal:
  """An interactive bash: history, and with it `!`, works as for a user; no line is edited."""

  def __init__(self, environment, directory):
    self._seen, self._answered = b"", 0
    self.code = 0
    self._stream, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    # setsid makes the terminal the shell's own.
    self._process = subprocess.Popen(
      ["setsid", "--ctty", "bash", "--norc", "--noprofile", "--noediting", "-i"],
      stdin=end, stdout=end, stderr=end, cwd=directory,
      env=environment | {"PS1": "\x02$?\x03", "PS2": "", "TERM": "xterm"})
    os.close(end)
    self._until(_PROMPT)

  def run(self, command, answers=()):
    """Types a command, and each answer when a question is there; returns the lines it printed.

    The lines are as they stay on the screen, without colours. `code` is the exit code.
    """
    self._seen, self._answered = b"", 0
    self._type(command)
    for answer in answers:
      if self._until(_QUESTION, _PROMPT).re is _PROMPT:
        break
      self._answered = len(self._seen)
      self._type(answer)
    self.code = int(self._until(_PROMPT).group(1))
    text = _PROMPT.sub(b"", self._seen).decode()
    lines = [on_screen(line) for line in text.replace("\r\n", "\n").split("\n")]
    typed = command.split("\n")
    assert lines[: len(typed)] == typed, f"{lines[: len(typed)]} for {typed}"
    lines = [line for line in lines[len(typed):] if not _JOB.fullmatch(line)]
    return lines[:-1] if lines and lines[-1] == "" else lines

  def close(self):
    """Ends the shell; its jobs are hung up."""
    self._process.send_signal(signal.SIGHUP)
    os.close(self._stream)
    self._process.wait(DEADLINE_SECONDS)

  def _type(self, text):
    data = (text + "\n").encode()
    while data:
      data = data[os.write(self._stream, data):]

  def _until(self, *patterns):
    """Reads until one of the patterns ends what was printed since the last answer."""
    end = time.monotonic() + DEADLINE_SECONDS
    while True:
      for pattern in patterns:
        if match := pattern.search(self._seen, self._answered):
          return match
      ready, _, _ = select.select([self._stream], [], [], max(end - time.monotonic(), 0))
      assert ready, f"no end after {DEADLINE_SECONDS} s: {self._seen[-2000:]!r}"
      try:
        block = os.read(self._stream, 65536)
      except OSError:
        block = b""
      assert block, f"the shell ended: {self._seen[-2000:]!r}"
      self._seen += block


def on_screen(line):
  """What stays of a line that was written over: CR, erasing and colours are obeyed."""
  shown, place = [], 0
  for token in re.findall(r"\x1b\[[0-9;]*[A-Za-z]|.", line, re.DOTALL):
    if token == "\r":
      place = 0
    elif token == "\x1b[K":
      del shown[place:]
    elif not token.startswith("\x1b"):
      shown[place:place + 1] = token
      place += 1
  return "".join(shown)
