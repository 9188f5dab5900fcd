"""The comparison of the documents' sessions lets differ what must, and nothing else."""

import documents
import pytest
from likeness import Likeness
from terminal import on_screen

ID = "e6b7f1e8-79cb-4356-9d04-403ce0529483"
OTHER_ID = "bd9da9cb-d863-4923-9c7a-5408ad4459c0"
THIRD_ID = "ebd23cdc-52cf-48f7-abbf-dcd31e31e566"
SUMMARY = "Imported 3 rows of people.csv into workspace default in 0.06 s (54 rows/s)."


@pytest.mark.parametrize("shown, printed", [
  ("  created    2", "  created    2"),
  (SUMMARY, SUMMARY.replace("0.06", "12.34").replace("54", "1,234")),
  (SUMMARY, SUMMARY.replace("0.06", "2")),
  (SUMMARY, SUMMARY.replace("0.06", "1 min 7").replace("54", "0")),
  (f"Import: {ID}", f"Import: {OTHER_ID}"),
  ("created  2026-11-25T16:36:39Z", "created  2031-01-02T03:04:05Z"),
  ("into backup.db (376,832 bytes).", "into backup.db (9,999 bytes)."),
  ("a.*(b)", "a.*(b)"),
])
def test_what_must_differ_may(shown, printed):
  assert Likeness().is_like(shown, printed)


@pytest.mark.parametrize("shown, printed", [
  ("  created    2", "  created    3"),
  ("  created    2", "  created   2"),
  ("  created    2", "  created    2 "),
  ("Member 3 created.", "Member 4 created."),
  (SUMMARY, SUMMARY.replace("3 rows of", "4 rows of")),
  (SUMMARY, SUMMARY.replace("people", "person")),
  (SUMMARY, SUMMARY.replace("default", "other")),
  (SUMMARY, SUMMARY.replace("0.06 s", "0.06 ms")),
  (SUMMARY, SUMMARY.replace("0.06 s", "s")),
  (SUMMARY, SUMMARY.replace("(54 rows/s)", "(none)")),
  (f"Import: {ID}", "Import: none"),
  (f"Import: {ID}", f"Import: {ID[:-1]}"),
  ("created  2026-11-25T16:36:39Z", "created  2026-11-25"),
  ("born 2026-11-25", "born 2026-11-26"),
  ("(376,832 bytes)", "(376832 bytes)"),
  ("with 1 member", "with 2 members"),
  ("a.*(b)", "axx(b)"),
  ("", " "),
])
def test_nothing_else_may(shown, printed):
  assert not Likeness().is_like(shown, printed)


def test_lines_that_are_missing_or_too_many_differ():
  assert Likeness().difference(["a", "b"], ["a", "b"]) is None
  for shown, printed in [(["a"], []), ([], ["a"]), (["a", "b"], ["a"]), (["a"], ["a", ""]),
                         (["a", "b"], ["b", "a"])]:
    assert Likeness().difference(shown, printed)


def test_an_id_of_the_document_stands_for_one_of_the_run():
  likeness = Likeness()
  assert likeness.is_like(f"Import: {ID}", f"Import: {OTHER_ID}")
  assert likeness.typed(f"muster imports show {ID}") == f"muster imports show {OTHER_ID}"
  assert likeness.is_like(f"IMPORT {ID}", f"IMPORT {OTHER_ID}")
  assert not likeness.is_like(f"IMPORT {ID}", f"IMPORT {THIRD_ID}")
  # Two imports of the document are two of the run.
  assert not likeness.is_like(f"Import: {THIRD_ID}", f"Import: {OTHER_ID}")


@pytest.mark.parametrize("line, shown", [
  ("plain", "plain"),
  ("\r0 %\x1b[K\r  \rImported", "Imported"),
  ("\r[\x1b[32m##\x1b[0m..]  50 %\x1b[K\r\x1b[K\rImported", "Imported"),
  ("longer\rab", "abnger"),
  ("\x1b[31mold\x1b[0m -> \x1b[32mnew\x1b[0m", "old -> new"),
])
def test_what_is_written_over_is_gone(line, shown):
  assert on_screen(line) == shown


def test_a_session_is_read_with_its_continued_lines_and_here_documents():
  text = "\n".join([
    "## Title", "As so:", "```", "$ cat > f <<'CSV'", "a \\", "$ b", "CSV", "$ one \\", "    two",
    "three", "", "$ four", "```", "with this `f.py`:", "", "```python", "x", "```", ""])
  block, script = documents.blocks(text)
  assert block.is_session and not block.is_drawing and block.heading == "Title"
  steps = documents.steps(block)
  assert [(step.typed, step.shown) for step in steps] == [
    ("cat > f <<'CSV'\na \\\n$ b\nCSV", []), ("one \\\n    two", ["three", ""]), ("four", [])]
  assert [step.first_line for step in steps] == [4, 8, 12]
  assert script.language == "python" and documents.files_to_write(text) == {"f.py": "x\n"}


def test_code_spans_and_tables_are_read_outside_of_blocks():
  text = "\n".join([
    "## A", "`muster", "import F` and `x`", "```", "$ `no`", "```", "| command | does |",
    "|---|---|", "| `a`, `b` | it; `--c` |", "", "| t |", "|---|", "| `d\\|e` |"])
  assert documents.code_spans(text) == ["muster import F", "x", "a", "b", "--c", "d\\|e"]
  rows = documents.rows(text)
  assert [(row.section, row.title, row.spans(0)) for row in rows] == [
    ("A", "command", ["a", "b"]), ("A", "t", ["d\\|e"])]
