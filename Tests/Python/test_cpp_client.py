"""Stock gRPC for C++, Debian's libgrpc++-dev, against the daemon: Tests/Cpp/client.cpp."""

import os

import endurance
from half_minutes import cpp

# A million with MUSTER_EXPORT_ROWS=1000000; Python and Go read so many in each run.
EXPORT_ROWS = int(os.environ.get("MUSTER_EXPORT_ROWS", "200000"))


def test_rows_with_faults_are_told(daemon):
  assert cpp(daemon, "faults") == {"created": 1, "rejected": 2, "committed": 3, "faults": 2}


def test_an_import_that_was_broken_off_goes_on(daemon):
  assert cpp(daemon, "resume") == {"created": 4, "rejected": 0, "committed": 4, "next_row": 3}


def test_an_export_arrives_whole(unlimited_daemon):
  told = cpp(unlimited_daemon, "export", EXPORT_ROWS)
  assert (told["created"], told["exported"]) == (EXPORT_ROWS, EXPORT_ROWS)


def test_progress_comes_for_more_than_thirty_seconds(half_a_minute_of_cpp):
  told = half_a_minute_of_cpp.result()
  assert told["rejected"] == told["committed"] == told["sent"] > 0
  assert told["answers"] >= endurance.ANSWERS_MIN
  assert told["longest_gap_ms"] < 5000
