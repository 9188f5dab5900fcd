"""Stock grpcio-status reads why a call was refused: reason, facts, fields, when to try again.

The definitions are those of googleapis-common-protos; nothing of proto/ is needed for them.
"""

import queue

import grpc
import pytest
from conftest import running_daemon
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from test_stock_client import DEADLINE_SECONDS, IMPORT_ID, Client

LEAVES_DETAILS_OUT = "leaves-details-out"


class Details:
  """The details of an error, by their types."""

  def __init__(self, error):
    # Compares the code and the message with those of the call, too.
    status = rpc_status.from_call(error)
    assert status is not None, f"no details: {error.details()}"
    known = {
      "info": error_details_pb2.ErrorInfo, "request": error_details_pb2.BadRequest,
      "retry": error_details_pb2.RetryInfo,
    }
    found = {}
    for detail in status.details:
      for name, kind in known.items():
        if detail.Is(kind.DESCRIPTOR):
          assert name not in found
          found[name] = kind()
          detail.Unpack(found[name])
    assert len(found) == len(status.details)
    self.info, self.request, self.retry = (found.get(name) for name in known)
    assert self.info is not None and self.info.domain == "muster"
    self.reason = self.info.reason
    self.facts = dict(self.info.metadata)
    self.fields = {} if self.request is None else {
      violation.field: violation.description for violation in self.request.field_violations}


def wrong_columns(client):
  error = client.refusal(client.begin(["emial", "name", "name"]))
  assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
  details = Details(error)
  assert details.reason == "WRONG_COLUMNS"
  assert details.fields == {
    "begin.columns[0]": 'Unknown column "emial" (column 1); did you mean "email"?',
    "begin.columns[2]": 'The column "name" (column 3) is there twice.',
    "begin.columns": "No identifier column: one of email, phone and external_id is needed.",
  }
  assert details.retry is None


def a_thousand_wrong_columns(client):
  # Some clients refuse trailers of more than 8 KiB now and then: often enough to be seen here.
  for _ in range(20):
    error = client.refusal(client.begin([f"{place}" + "ü" * 30 for place in range(1000)]))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT, error.details()
    details = Details(error)
    assert details.reason == "WRONG_COLUMNS"
    assert len(details.fields) + int(details.facts["violations_left_out"]) == 1001
    trailers = sum(len(key) + len(value) + 32 for key, value in error.trailing_metadata())
    assert trailers + len(error.details().encode()) < 8192


def a_gap(client):
  begin = client.begin(["external_id"], import_id=IMPORT_ID)
  error = client.refusal(begin, client.chunk(0, [["a"], ["b"]]), client.chunk(7, [["c"]]))
  assert error.code() is grpc.StatusCode.OUT_OF_RANGE
  details = Details(error)
  assert details.reason == "UNEXPECTED_ROW"
  assert details.facts == {"import_id": IMPORT_ID, "next_row": "2", "workspace": "default"}
  assert details.request is None and details.retry is None


def a_second_stream(client):
  begin = client.begin(["email"], import_id=IMPORT_ID)
  waiting = queue.Queue()
  first = client.imports.ImportMembers(iter(waiting.get, None), timeout=DEADLINE_SECONDS)
  try:
    waiting.put(begin)
    assert next(first).WhichOneof("message") == "accepted"
    error = client.refusal(begin)
  finally:
    waiting.put(None)
    first.cancel()
  assert error.code() is grpc.StatusCode.ABORTED
  details = Details(error)
  assert details.reason == "IMPORT_RUNNING"
  assert details.facts == {"import_id": IMPORT_ID}
  assert details.retry.retry_delay.ToMilliseconds() == 1000


def a_limit(client):
  totals = client.messages.DeclaredTotals(rows=10_001, cell_bytes=1)
  error = client.refusal(client.begin(["email"], totals=totals))
  assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
  details = Details(error)
  assert details.reason == "LIMIT_EXCEEDED"
  assert details.facts == {
    "limit": "rowsPerImport", "limit_value": "10000", "setting": "limits.rowsPerImport"}


def a_label(client):
  with pytest.raises(grpc.RpcError) as raised:
    client.workspaces.CreateLabels(client.workspace.CreateLabelsRequest(slugs=["vip", "No pe"]))
  details = Details(raised.value)
  assert details.reason == "INVALID_NAME" and list(details.fields) == ["slugs[1]"]


CHECKS = [wrong_columns, a_thousand_wrong_columns, a_gap, a_second_stream, a_limit, a_label]


@pytest.fixture
def client(stubs, channel):
  return Client(stubs, channel)


@pytest.mark.parametrize("check", CHECKS)
def test_a_refusal_has_details(client, check):
  check(client)


@pytest.mark.parametrize("check", CHECKS)
def test_a_daemon_that_leaves_them_out_is_found(stubs, check):
  with running_daemon(mutant=LEAVES_DETAILS_OUT) as path:
    with grpc.insecure_channel(f"unix:{path}") as channel, pytest.raises(AssertionError):
      check(Client(stubs, channel))
