"""What the programs' help texts name: commands, options, and examples."""

import functools
import re
import subprocess

from conftest import PACKAGE, program


@functools.cache
def help_text(*command):
  """The help of `muster`, `musterd`, one of their commands, or a script."""
  path = str(PACKAGE / command[0]) if "/" in command[0] else program(command[0])
  done = subprocess.run(
    [path, *command[1:], "--help"], capture_output=True, text=True, timeout=60, check=True)
  return done.stdout


def options(*command):
  """The options that a help text names."""
  return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", help_text(*command)))


def commands(*group):
  """All commands below one, as tuples of words: those that have none below them."""
  text = help_text(*(group or ("muster",)))
  _, _, listed = text.partition("SUBCOMMANDS:\n")
  names = re.findall(r"^  ([a-z][a-z-]*)(?:  |$)", listed, re.MULTILINE)
  if not names:
    return [group]
  return [found for name in names for found in commands(*(group or ("muster",)), name)]


def examples(*command):
  """Commands that a help text shows as they are typed: each is a paragraph of its own."""
  discussion, _, _ = help_text(*command).partition("USAGE:")
  paragraphs = [part.strip() for part in discussion.split("\n\n")[1:]]
  return [text for text in paragraphs if re.match(r"musterd? .*[=:!']", text)]
