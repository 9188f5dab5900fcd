"""An import that takes longer than any window in which a server counts PINGs."""

import dataclasses
import itertools
import queue
import time

CHUNKS_PER_ROUND = 8
DURATION_SECONDS = 31
# Fewer would prove nothing; on a machine that does much else they take longer.
ANSWERS_MIN = 500


@dataclasses.dataclass
class Endurance:
  """What the import said while it ran."""

  sent: int = 0
  answers: int = 0
  progresses: int = 0
  longest_gap_seconds: float = 0
  summary: object = None


def import_for_half_a_minute(stubs, channel):
  """An import of half a minute through grpcio."""
  messages, rows = stubs["import"], stubs["rows"]
  waiting = queue.Queue()
  answers = stubs["import_grpc"].ImportServiceStub(channel).ImportMembers(
    iter(waiting.get, None), timeout=8 * DURATION_SECONDS)
  seen = Endurance()

  def send(**message):
    waiting.put(messages.ImportMembersRequest(**message))

  send(begin=messages.BeginImport(columns=["email"]))
  assert next(answers).HasField("accepted")

  def send_rows(first_row):
    row = rows.Row(cells=[b"no address"])
    send(chunk=rows.RowChunk(first_row=first_row, rows=[row]))

  last(seen, send_rows, lambda: next(answers))
  send(finish=messages.FinishImport(row_count=seen.sent))
  waiting.put(None)
  for answer in answers:
    seen.summary = answer.summary
  return seen


def last(seen, send_rows, answer):
  """Sends chunks of a faulty row; each is answered by its fault, each round at last by progress."""
  start = previous = time.monotonic()
  while time.monotonic() - start < DURATION_SECONDS or seen.answers < ANSWERS_MIN:
    for _ in itertools.repeat(None, CHUNKS_PER_ROUND):
      send_rows(seen.sent)
      seen.sent += 1
    committed = 0
    while committed < seen.sent:
      received = answer()
      seen.answers += 1
      if received.HasField("progress"):
        seen.progresses += 1
        committed = received.progress.committed
    now = time.monotonic()
    seen.longest_gap_seconds = max(seen.longest_gap_seconds, now - previous)
    previous = now
