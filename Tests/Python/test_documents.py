"""Every command that a document shows is run as it is typed, and prints what the document shows."""

import re

import documents
import pytest
import sessions

DOCUMENTS = documents.every_document()
# Blocks that hold commands and are no session, and who runs them.
ELSEWHERE = {
  "scripts/quickstart.sh": "scripts/check.sh runs it",
  "scripts/test.sh": "scripts/check.sh runs it, and it runs this",
}
# Languages of blocks that nobody types into a shell: push.py is run by the session that names it,
# and MusterClientTests compile and run the guide.
NO_COMMANDS = {"python", "swift"}
# Steps that end with another code than 0.
CODES = {"muster import people.csv": 2, "muster import faulty.csv --yes": 2}


def played(text):
  """Plays a document's sessions in one account, and returns what differs, in lines to read."""
  account = sessions.Account(text)
  found = []
  try:
    for block in documents.blocks(text):
      for step in documents.steps(block) if block.is_session else []:
        printed = account.run(step)
        difference = account.likeness.difference(step.shown, printed)
        code, wanted = account.terminal.code, CODES.get(step.typed, 0)
        if difference or code != wanted:
          found.append("\n".join([
            f"line {step.first_line}: {step.typed}", difference or f"code {code}, not {wanted}",
            "it printed:", *printed]))
  finally:
    account.close()
  return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_block_is_a_session_a_drawing_or_run_elsewhere(path):
  for block in documents.blocks(path.read_text(encoding="utf-8")):
    if block.is_root_session:
      assert path == documents.INSTALLING, f"installed.py plays those of {documents.INSTALLING} only"
      continue
    if block.is_session or block.is_drawing or block.language in NO_COMMANDS:
      continue
    lines = set(block.lines)
    assert lines and lines <= set(ELSEWHERE), f"{path.name}:{block.first_line} is not run: {lines}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_sessions_print_what_is_shown(path):
  text = path.read_text(encoding="utf-8")
  if any(block.is_session for block in documents.blocks(text)):
    assert not (found := played(text)), "\n\n".join(found)


def sessions_in(text):
  """The sessions of a document, each as the commands that are typed in it."""
  found = [block for block in documents.blocks(text) if block.is_session]
  return [[step.typed for step in documents.steps(block)] for block in found]


def test_the_documents_have_the_sessions_that_a_new_user_needs():
  readme = sum(sessions_in(documents.README.read_text(encoding="utf-8")), [])
  for command in ["muster import people.csv", "muster import people.rejects.csv --yes"]:
    assert command in readme
  assert any(command.startswith("muster imports undo ") for command in readme)
  found = [session for text in documents.guide().values() for session in sessions_in(text)]
  typed = sum(found, [])
  assert len(found) >= 14 and len(typed) >= 80
  assert set(sessions.REPLACED) <= set(typed), "what is replaced is in no document"
  assert set(CODES) <= set(typed)


@pytest.mark.parametrize("old, new", [
  ("  created    2\n", "  created    3\n"),
  ("premium  created\n", "premium  exists\n"),
  ("1 member deleted, 0 changes taken back, 0 kept.\n", "1 member deleted.\n"),
])
def test_a_readme_that_shows_something_else_is_found(old, new):
  text = documents.README.read_text(encoding="utf-8")
  end = text.index("\n```\n\nNo daemon had to be started")
  first_screen = text[:end] + "\n```\n"
  assert first_screen.count(old) == 1
  found = played(first_screen.replace(old, new))
  assert len(found) == 1 and new.rstrip("\n") in found[0], "\n".join(found)


def test_a_command_that_fails_is_found():
  found = played("```\n$ muster label list --nothing\n```\n")
  assert len(found) == 1 and re.search("Unknown option|command not found", found[0])
