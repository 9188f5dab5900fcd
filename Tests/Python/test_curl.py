"""curl against the daemon: no gRPC library at all, but HTTP/2 and messages framed by hand."""

import os

import curl
import endurance

IMPORT_ID = "0f0e0d0c-0b0a-4908-8706-050403020100"
# A million with MUSTER_EXPORT_ROWS=1000000; Python and Go read so many in each run.
EXPORT_ROWS = int(os.environ.get("MUSTER_EXPORT_ROWS", "200000"))
ROWS_PER_CHUNK = 20_000


def requests(stubs, rows, size=ROWS_PER_CHUNK, **begin):
  """The messages of an import."""
  messages, wire = stubs["import"], stubs["rows"]
  request = messages.ImportMembersRequest
  yield request(begin=messages.BeginImport(**begin))
  for first in range(0, len(rows), size):
    chunk = [wire.Row(cells=cells) for cells in rows[first:first + size]]
    yield request(chunk=wire.RowChunk(first_row=first, rows=chunk))
  yield request(finish=messages.FinishImport(row_count=len(rows)))


def run(stubs, socket, rows, **begin):
  """The answers to an import, and the status."""
  bodies, status = curl.call(
    socket, "ImportService/ImportMembers", *requests(stubs, rows, **begin))
  return [stubs["import"].ImportMembersResponse.FromString(body) for body in bodies], status


def test_rows_with_faults_are_told(stubs, daemon):
  rows = [[b"a@example.org", b"A"], [b"no address", b"B"], [b"", b"C"]]
  answers, status = run(stubs, daemon, rows, columns=["email", "name"])
  assert status[0] == 0
  faults = [fault.code for answer in answers for fault in answer.faults.faults]
  assert faults == ["invalid_email", "no_identifier"]
  counts = answers[-1].summary.counts
  assert (counts.created, counts.rejected, counts.committed) == (1, 2, 3)


def test_a_refusal_is_a_status_with_a_sentence(stubs, daemon):
  answers, status = run(stubs, daemon, [[b"u"]], columns=["emial"])
  assert not answers
  assert status[0] == 3 and "did you mean" in status[1]


def test_an_import_that_was_broken_off_goes_on(stubs, daemon):
  with curl.Import(stubs, daemon, columns=["external_id"], import_id=IMPORT_ID) as stream:
    assert stream.answer().HasField("accepted")
    for row in range(3):
      stream.send_rows(row, [b"u%d" % row])
    stream.wait_for_committed(3)
  while True:
    with curl.Import(stubs, daemon, columns=["external_id"], import_id=IMPORT_ID) as stream:
      answer = stream.answer()
      # The daemon may hear a little later that the other connection is gone: ABORTED until then.
      if answer is None:
        assert stream.process.wait(curl.DEADLINE_SECONDS) == 0
        assert curl.status(stream.headers)[0] == 10
        continue
      assert answer.accepted.next_row == 3
      stream.send_rows(3, [b"u3"])
      assert stream.finish(4).counts.created == 4
      break


def test_an_export_arrives_whole(stubs, unlimited_daemon):
  rows = [[b"u%d" % row, b"n"] for row in range(EXPORT_ROWS)]
  answers, status = run(stubs, unlimited_daemon, rows, columns=["external_id", "name"])
  assert status[0] == 0 and answers[-1].summary.counts.created == EXPORT_ROWS
  member = stubs["member"]
  bodies, status = curl.call(
    unlimited_daemon, "MemberService/ExportMembers", member.ExportMembersRequest())
  assert status[0] == 0
  header, *chunks = [member.ExportMembersResponse.FromString(body) for body in bodies]
  place = list(header.header.columns).index("external_id")
  cells = [row.cells[place] for message in chunks for row in message.chunk.rows]
  assert cells == [b"u%d" % row for row in range(EXPORT_ROWS)]


def test_progress_comes_for_more_than_thirty_seconds(half_a_minute_of_curl):
  seen = half_a_minute_of_curl.result()
  assert seen.summary.counts.rejected == seen.summary.counts.committed == seen.sent > 0
  assert seen.answers >= endurance.ANSWERS_MIN
  assert seen.longest_gap_seconds < 5
