"""Imports that last longer than half a minute, by clients that are programs."""

import json
import os
import pathlib
import subprocess

import curl
import endurance

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
# What no test of a slow machine reaches.
DEADLINE_SECONDS = 8 * endurance.DURATION_SECONDS


def cpp(socket, *words):
  """What the client in C++ prints; scripts/test.sh compiles it."""
  path = os.environ.get("MUSTER_CPP_CLIENT", str(PACKAGE / ".build-cpp" / "client"))
  assert os.access(path, os.X_OK), f"{path} is missing: scripts/test.sh makes it"
  done = subprocess.run(
    [path, socket, *map(str, words)], capture_output=True, text=True, timeout=DEADLINE_SECONDS)
  assert done.returncode == 0, done.stderr
  return json.loads(done.stdout)


def of_cpp(socket):
  """Half a minute of progress, as the client in C++ sees it."""
  return cpp(socket, "progress", endurance.DURATION_SECONDS, endurance.ANSWERS_MIN)


def of_curl(stubs, socket):
  """Half a minute of progress, as curl passes it on."""
  seen = endurance.Endurance()
  with curl.Import(stubs, socket, columns=["email"]) as stream:
    assert stream.answer().HasField("accepted")
    endurance.last(seen, stream.send_rows, stream.answer)
    seen.summary = stream.finish(seen.sent)
  return seen
