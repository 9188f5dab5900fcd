"""gRPC by curl: messages framed by hand, on HTTP/2 without TLS, over the daemon's socket."""

import pathlib
import selectors
import struct
import subprocess
import tempfile
import time

DEADLINE_SECONDS = 240


def frame(message):
  """A message with its head: not compressed, so many bytes."""
  return struct.pack(">BI", 0, message.ByteSize()) + message.SerializeToString()


def frames(body):
  """The messages of a body, as bytes."""
  messages, place = [], 0
  while place < len(body):
    flag, length = struct.unpack_from(">BI", body, place)
    assert flag == 0
    messages.append(body[place + 5:place + 5 + length])
    assert len(messages[-1]) == length, "the body ends within a message"
    place += 5 + length
  return messages


def command(socket, method, headers, *arguments):
  """The command line of one call."""
  return [
    "curl", "--silent", "--show-error", "--no-buffer", "--http2-prior-knowledge",
    "--unix-socket", socket, "--request", "POST", "--header", "content-type: application/grpc",
    "--header", "te: trailers", "--dump-header", str(headers), *arguments,
    f"http://localhost/muster.v1.{method}"]


def status(headers):
  """The code and the message that a call ended with; None of both if it did not end."""
  fields = {}
  for line in pathlib.Path(headers).read_text(encoding="utf-8").splitlines():
    name, _, value = line.partition(":")
    fields[name.lower()] = value.strip()
  code = fields.get("grpc-status")
  return (None if code is None else int(code)), fields.get("grpc-message")


def call(socket, method, *messages):
  """The answers to messages that are all sent at once, as bytes, and the status."""
  with tempfile.TemporaryDirectory(prefix="muster-curl-") as directory:
    headers = pathlib.Path(directory) / "headers"
    body = pathlib.Path(directory) / "body"
    body.write_bytes(b"".join(map(frame, messages)))
    done = subprocess.run(
      command(socket, method, headers, "--data-binary", f"@{body}"), capture_output=True,
      timeout=DEADLINE_SECONDS)
    assert done.returncode == 0, done.stderr
    return frames(done.stdout), status(headers)


class Import:
  """An import whose messages are sent one by one."""

  def __init__(self, stubs, socket, **begin):
    self.messages, self.rows = stubs["import"], stubs["rows"]
    self.directory = tempfile.TemporaryDirectory(prefix="muster-curl-")
    self.headers = pathlib.Path(self.directory.name) / "headers"
    # A dot: what comes in is sent at once, and what comes back is written meanwhile.
    self.process = subprocess.Popen(
      command(socket, "ImportService/ImportMembers", self.headers, "--upload-file", "."),
      stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    self.received = b""
    self.send(begin=self.messages.BeginImport(**begin))

  def __enter__(self):
    return self

  def __exit__(self, *_):
    self.process.kill()
    self.process.wait()
    self.process.stdin.close()
    self.process.stdout.close()
    self.directory.cleanup()

  def send(self, **message):
    data = frame(self.messages.ImportMembersRequest(**message))
    while data:
      data = data[self.process.stdin.write(data):]

  def send_rows(self, first_row, cells=(b"no address",)):
    row = self.rows.Row(cells=cells)
    self.send(chunk=self.rows.RowChunk(first_row=first_row, rows=[row]))

  def answer(self):
    """The next answer; None after the last."""
    end = time.monotonic() + DEADLINE_SECONDS
    with selectors.DefaultSelector() as selector:
      selector.register(self.process.stdout, selectors.EVENT_READ)
      while True:
        if len(self.received) >= 5:
          length = 5 + struct.unpack_from(">BI", self.received)[1]
          if len(self.received) >= length:
            message, self.received = self.received[5:length], self.received[length:]
            return self.messages.ImportMembersResponse.FromString(message)
        assert selector.select(end - time.monotonic()), "the daemon does not answer"
        block = self.process.stdout.read(65536)
        if not block:
          return None
        self.received += block

  def wait_for_committed(self, row_count):
    while self.answer().progress.committed < row_count:
      pass

  def finish(self, row_count):
    """The summary, after which the status is OK."""
    self.send(finish=self.messages.FinishImport(row_count=row_count))
    self.process.stdin.close()
    summary = None
    while (answer := self.answer()) is not None:
      if answer.HasField("summary"):
        summary = answer.summary
    assert self.process.wait(DEADLINE_SECONDS) == 0
    assert status(self.headers)[0] == 0
    return summary
