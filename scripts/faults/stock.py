"""A client of the daemon made of grpcio and proto/ alone: streams that a test drives by hand.

Runs in the environment of Tests/Python; in_environment() goes there.
"""
import importlib
import os
import queue
import sys
import threading

from daemon import ROOT
from verdict import Failed

PYTHON = os.path.join(ROOT, ".build-python", "bin", "python")
# Generous: the machine may be loaded.
ANSWER_SECONDS_MAX = 60


def in_environment():
    """Goes on in the environment that has grpcio, unless this is it."""
    if sys.prefix == sys.base_prefix:
        os.execv(PYTHON, [PYTHON, *sys.argv])


class Messages:
    """The messages of proto/, and short ways to make those of an import."""

    def __init__(self, directory):
        from grpc_tools import protoc

        stubs = os.path.join(directory, "stubs")
        os.mkdir(stubs)
        proto = os.path.join(ROOT, "proto")
        names = [f"muster/v1/{name}.proto" for name in ("rows", "import", "member", "workspace")]
        code = protoc.main(
            ["protoc", f"-I{proto}", f"--python_out={stubs}", f"--grpc_python_out={stubs}",
             *(os.path.join(proto, name) for name in names)])
        if code != 0:
            raise RuntimeError(f"protoc ended with {code}")
        sys.path.insert(0, stubs)
        self.wire = importlib.import_module("muster.v1.import_pb2")
        self.rows = importlib.import_module("muster.v1.rows_pb2")
        self.members = importlib.import_module("muster.v1.member_pb2")
        self.workspaces = importlib.import_module("muster.v1.workspace_pb2")
        self.services = importlib.import_module("muster.v1.import_pb2_grpc")
        self.member_services = importlib.import_module("muster.v1.member_pb2_grpc")
        self.workspace_services = importlib.import_module("muster.v1.workspace_pb2_grpc")

    def begin(self, **fields):
        return self.wire.ImportMembersRequest(begin=self.wire.BeginImport(**fields))

    def chunk(self, first_row, rows):
        cells = [self.rows.Row(cells=[cell.encode() for cell in row]) for row in rows]
        chunk = self.rows.RowChunk(first_row=first_row, rows=cells)
        return self.wire.ImportMembersRequest(chunk=chunk)

    def finish(self, row_count):
        finish = self.wire.FinishImport(row_count=row_count)
        return self.wire.ImportMembersRequest(finish=finish)


class Stream:
    """One import stream: what is sent on it, and what has come back."""

    def __init__(self, stub, first, heard=lambda message: None):
        """first: the first message. heard: called with each answer, in a thread of the stream's."""
        self.requests = queue.SimpleQueue()
        self.requests.put(first)
        self.answers = []
        self.status = None
        self.heard = heard
        self.changed = threading.Condition()
        self.call = stub.ImportMembers(iter(self.requests.get, None))
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        import grpc

        try:
            for answer in self.call:
                self.heard(answer)
                with self.changed:
                    self.answers.append(answer)
                    self.changed.notify_all()
            status = ("OK", "")
        except grpc.RpcError as error:
            status = (error.code().name, error.details() or "")
        # Lets grpcio's thread that takes the requests end.
        self.requests.put(None)
        with self.changed:
            self.status = status
            self.changed.notify_all()

    def send(self, message):
        self.requests.put(message)

    def half_close(self):
        self.requests.put(None)

    def cancel(self):
        self.call.cancel()

    def wait(self, holds, what):
        with self.changed:
            if not self.changed.wait_for(holds, ANSWER_SECONDS_MAX):
                raise Failed(f"no {what} within {ANSWER_SECONDS_MAX} s")

    def wait_for_accepted(self):
        """What the daemon accepted the import with; None if it ended the stream instead."""
        self.wait(lambda: self.answers or self.status, "answer to begin")
        return self.answers[0].accepted if self.answers else None

    def wait_for_end(self):
        """The name of the status, and its message."""
        self.wait(lambda: self.status, "end of the stream")
        return self.status

    def last(self, kind):
        """The last answer of a kind; None if there was none."""
        found = [answer for answer in self.answers if answer.WhichOneof("message") == kind]
        return getattr(found[-1], kind) if found else None
