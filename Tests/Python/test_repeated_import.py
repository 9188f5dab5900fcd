"""An id means one import: other rows under the id of one that has finished are refused."""

import grpc
import pytest
from conftest import running_daemon
from test_stock_client import Client

IMPORT_ID = "0f0e0d0c-0b0a-4908-8706-050403020100"
ROWS = [["u0", "Ann"], ["u1", "Bob"], ["u2", "Cid"]]
COLUMNS = ["external_id", "name"]


def check_repeats(client):
  """The same rows have the summary of before, in whatever chunks; others have IMPORT_DIFFERS."""

  def begin(rows=0, cell_bytes=0):
    totals = client.messages.DeclaredTotals(rows=rows, cell_bytes=cell_bytes)
    return client.begin(COLUMNS, import_id=IMPORT_ID, totals=totals)

  first = client.run(begin(), client.chunk(0, ROWS), client.finish(3))[-1].summary
  others = [[*row] for row in ROWS]
  others[1][1] = "Bab"
  for messages in [
    [begin(rows=4)], [begin(rows=2)], [begin(rows=3, cell_bytes=16)],
    [begin(), client.chunk(0, ROWS + [["u3", "Dan"]]), client.finish(4)],
    [begin(), client.chunk(3, [["u3", "Dan"]]), client.finish(4)],
    [begin(), client.chunk(0, ROWS[:2]), client.finish(2)],
    [begin(), client.finish(7)],
    [begin(), client.chunk(0, others), client.finish(3)],
    [begin(), client.chunk(0, others[:2]), client.chunk(2, others[2:]), client.finish(3)],
  ]:
    try:
      found = client.run(*messages)
    except grpc.RpcError as error:
      assert error.code() == grpc.StatusCode.FAILED_PRECONDITION
      assert "give an import of other rows a new id" in error.details()
    else:
      raise AssertionError(f"other rows were answered {found}")
  for messages in [
    [begin()], [begin(), client.finish(3)], [begin(rows=3, cell_bytes=15)],
    [begin(), client.chunk(0, ROWS[:1]), client.chunk(1, ROWS[1:]), client.finish(3)],
  ]:
    assert client.run(*messages)[-1].summary == first
  assert len(client.export()[1]) == len(ROWS)


def test_other_rows_under_an_id_are_refused_and_the_same_are_answered(stubs, channel):
  check_repeats(Client(stubs, channel))


def test_a_daemon_that_answers_the_old_summary_is_found(stubs):
  with running_daemon(mutant="answers-old-summary") as path:
    with grpc.insecure_channel(f"unix:{path}") as channel, pytest.raises(AssertionError):
      check_repeats(Client(stubs, channel))
