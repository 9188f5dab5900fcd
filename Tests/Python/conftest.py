"""A daemon of the built binaries, and stubs made of proto/ alone: for clients we did not write."""

import concurrent.futures
import contextlib
import importlib
import json
import os
import pathlib
import selectors
import shutil
import subprocess
import sys
import tempfile

import endurance
import grpc
import grpc_reflection
import half_minutes
import pytest

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
DEADLINE_SECONDS = 60
UNLIMITED = {"limits": {"rowsPerImport": 0, "bytesPerImport": 0}}


@pytest.fixture(scope="session")
def stubs(tmp_path_factory):
  """The modules that grpcio-tools makes of proto/, made anew at each run."""
  from grpc_tools import protoc

  directory = tmp_path_factory.mktemp("stubs")
  proto = PACKAGE / "proto"
  files = sorted(str(file.relative_to(proto)) for file in proto.rglob("*.proto"))
  assert files, f"no definitions in {proto}"
  code = protoc.main(
    ["protoc", f"-I{proto}", f"--python_out={directory}", f"--grpc_python_out={directory}", *files])
  assert code == 0
  sys.path.insert(0, str(directory))
  names = {
    "health": "grpc.health.v1.health_pb2", "health_grpc": "grpc.health.v1.health_pb2_grpc",
    "reflection": "grpc.reflection.v1.reflection_pb2",
    "reflection_grpc": "grpc.reflection.v1.reflection_pb2_grpc",
  }
  for name in ["import", "member", "rows", "workspace"]:
    names[name] = f"muster.v1.{name}_pb2"
    names[name + "_grpc"] = f"muster.v1.{name}_pb2_grpc"
  # grpcio's own packages are called grpc and grpc.reflection too: let them find ours beside theirs.
  grpc.__path__.append(str(directory / "grpc"))
  grpc_reflection.__path__.append(str(directory / "grpc" / "reflection"))
  return {name: importlib.import_module(module) for name, module in names.items()}


def program(name):
  """A built program; MUSTER_BIN_DIR says where."""
  directory = os.environ.get("MUSTER_BIN_DIR", str(PACKAGE / ".build" / "debug"))
  path = os.path.join(directory, name)
  assert os.access(path, os.X_OK), f"{path} is missing: set MUSTER_BIN_DIR"
  return path


def wait_for(stream, word):
  """Reads lines until one holds the word."""
  with selectors.DefaultSelector() as selector:
    selector.register(stream, selectors.EVENT_READ)
    seen = b""
    while selector.select(DEADLINE_SECONDS):
      block = os.read(stream.fileno(), 65536)
      seen += block
      if word in seen:
        return
      if not block:
        break
  raise AssertionError(f"no {word!r} in {seen!r}")


@contextlib.contextmanager
def running_daemon(config=None, mutant=None):
  """The socket of a daemon with a new store; a mutant is one with a deliberate bug."""
  # Short, because a socket's path has at most 107 bytes.
  directory = tempfile.mkdtemp(prefix="muster-py-", dir="/tmp")
  path = os.path.join(directory, "s")
  arguments = ["--socket", path, "--data", os.path.join(directory, "data")]
  if config:
    file = pathlib.Path(directory) / "config.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    arguments += ["--config", str(file)]
  environment = {**os.environ, "MUSTER_MUTANT": mutant} if mutant else None
  process = subprocess.Popen(
    [program("musterd"), *arguments], stderr=subprocess.PIPE, env=environment)
  try:
    wait_for(process.stderr, b"serving")
    yield path
    assert process.poll() is None, "the daemon died during the test"
  finally:
    process.terminate()
    try:
      process.wait(DEADLINE_SECONDS)
    except subprocess.TimeoutExpired:
      process.kill()
      process.wait()
    process.stderr.close()
    shutil.rmtree(directory)


@pytest.fixture
def daemon():
  """The socket of a daemon as it is without settings."""
  with running_daemon() as path:
    yield path


@pytest.fixture
def channel(daemon):
  """A plain channel to the daemon, as the documents say: unix:PATH."""
  with grpc.insecure_channel(f"unix:{daemon}") as opened:
    yield opened


@pytest.fixture
def unlimited_daemon():
  """The socket of a daemon that takes imports of any size."""
  with running_daemon(UNLIMITED) as path:
    yield path


@pytest.fixture
def unlimited_channel(unlimited_daemon):
  """A channel to a daemon that takes imports of any size."""
  with grpc.insecure_channel(f"unix:{unlimited_daemon}") as opened:
    yield opened


@pytest.fixture(scope="session")
def half_a_minute(stubs):
  """What becomes of an import that lasts; it runs beside all other tests, since it mostly waits."""

  def run():
    with running_daemon(UNLIMITED) as path, grpc.insecure_channel(f"unix:{path}") as opened:
      return endurance.import_for_half_a_minute(stubs, opened)

  with concurrent.futures.ThreadPoolExecutor(1) as executor:
    yield executor.submit(run)


@pytest.fixture(scope="session")
def half_a_minute_of_cpp():
  """The same of the client in C++."""
  with running_daemon(UNLIMITED) as path, concurrent.futures.ThreadPoolExecutor(1) as executor:
    yield executor.submit(half_minutes.of_cpp, path)


@pytest.fixture(scope="session")
def half_a_minute_of_curl(stubs):
  """The same of curl."""
  with running_daemon(UNLIMITED) as path, concurrent.futures.ThreadPoolExecutor(1) as executor:
    yield executor.submit(half_minutes.of_curl, stubs, path)


@pytest.fixture(scope="session", autouse=True)
def early_start(request):
  """Starts what lasts before the first test, if any test is to look at it."""
  wanted = {name for item in request.session.items for name in item.fixturenames}
  for name in sorted(wanted):
    if name.startswith("half_a_minute"):
      request.getfixturevalue(name)
