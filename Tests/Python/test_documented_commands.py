"""Every command and option that a document names is there, and every command is run."""

import re

import documented_commands
import documents
import help_texts
import pytest
import sessions

TEXTS = documents.guide()
USES = documented_commands.USES
# Tables whose options are typed too, and the command that they belong to.
OPTION_TABLES = {
  "Options of an import": ("muster", "import"), "Options of an export": ("muster", "export")}
# Options of programs of others.
STRANGERS = {"--go_opt", "--go-grpc_opt"}


def named(row, known):
  """The commands that a row of a table names, written out, each with the words that it begins with.

  A row says the first one whole, and of others the rest: `muster label delete SLUG`, the same for
  `role`; `muster form rename-field FORM FIELD NEW`, `delete-field FORM FIELD`.
  """
  first, *others = row.spans(0)
  _, group, *rest = first.split()
  found = [first]
  for span in others:
    words = span.split()
    whole = [["muster", *words], ["muster", group, *words], ["muster", words[0], *rest]]
    found.append(" ".join(next(words for words in whole if start(words, known))))
  return [(text, start(text.split(), known)) for text in found]


def start(words, known):
  """The command that some words begin with; None if there is none."""
  return next((command for command in known if tuple(words[:len(command)]) == command), None)


def all_rows():
  return [row for text in TEXTS.values() for row in documents.rows(text)]


def command_rows():
  return [row for row in all_rows()
          if row.title == "command" and row.spans(0)[0].startswith("muster ")]


def named_everywhere():
  """All that the documents name and that is to be typed."""
  known = help_texts.commands()
  found = {text for row in command_rows() for text, _ in named(row, known)}
  for path in {*documents.every_document(), *TEXTS}:
    text = TEXTS.get(path) or path.read_text(encoding="utf-8")
    for span in documents.code_spans(text):
      if re.match(r"musterd? ", span):
        found.add(span)
  for row in all_rows():
    if row.section in OPTION_TABLES:
      found |= set(row.spans(0))
  return found


def test_the_tables_name_commands_that_exist():
  known = help_texts.commands()
  assert len(known) >= 34
  rows = command_rows()
  assert len(rows) >= 19
  for row in rows:
    for text, command in named(row, known):
      assert command, f"{text} is no command"


def test_everything_that_is_named_is_typed_and_nothing_else():
  assert named_everywhere() == set(USES)


def test_every_command_is_typed():
  known, typed = help_texts.commands(), set()
  for uses in USES.values():
    for use in uses:
      for part in use.typed.split(" | "):
        typed.add(start(part.replace("--workspace team ", "").split(), known))
  assert typed - {None} == set(known)


@pytest.mark.parametrize("name", USES)
def test_what_is_typed_for_a_name_is_that(name):
  # Words in capitals stand for something.
  words = [word for word in name.split() if re.match(r"[a-z-]", word)]
  typed = iter(" ".join(use.typed for use in USES[name]).split())
  assert all(word in typed for word in words), f"{name} is not what is typed"


def test_everything_that_is_named_works():
  account = sessions.Account("")
  failed = []
  try:
    for line in ['export PATH="$PWD/.build/debug:$PATH"',
                 "mkdir /tmp/muster-demo && cd /tmp/muster-demo"]:
      account.type(line)
    for name, uses in USES.items():
      for use in uses:
        lines = account.type(use.typed, use.answers)
        if account.terminal.code != use.code or use.printed not in "\n".join(lines):
          code = f"code {account.terminal.code}"
          failed.append("\n".join([f"{name}: {use.typed}", code, *lines]))
  finally:
    account.close()
  assert not failed, "\n\n".join(failed)


def options_in(spans):
  return {option for span in spans for option in re.findall(r"(?<![\w-])--[a-z][\w-]*", span)}


def test_every_option_of_a_table_is_in_the_help_of_its_command():
  known, count = help_texts.commands(), 0
  for row in all_rows():
    commands = []
    if row.section in OPTION_TABLES:
      commands = [OPTION_TABLES[row.section]]
    elif row.title == "command":
      first = row.spans(0)[0]
      is_script = not first.startswith("muster ")
      commands = [(first,)] if is_script else [command for _, command in named(row, known)]
    there = {"--help"}.union(*(help_texts.options(*command) for command in commands))
    found = options_in(row.spans(0) if row.section in OPTION_TABLES else
                       row.spans(0) + row.spans(1) if commands else [])
    assert found <= there, f"{row.spans(0)}: {found - there}"
    count += len(found)
  assert count >= 40


@pytest.mark.parametrize("path", documents.every_document(), ids=lambda path: path.name)
def test_every_option_that_a_document_names_exists(path):
  scripts = sorted((documents.PACKAGE / "scripts").glob("*.sh"))
  programs = [*help_texts.commands(), ("musterd",)]
  programs += [(f"scripts/{file.name}",) for file in scripts if file.name != "lib.sh"]
  there = STRANGERS.union(*(help_texts.options(*command) for command in programs))
  found = options_in(documents.code_spans(path.read_text(encoding="utf-8")))
  assert found <= there, found - there


def test_the_commands_that_help_texts_show_work_as_they_are_typed():
  shown = [text for command in help_texts.commands() for text in help_texts.examples(*command)]
  assert len(shown) >= 3
  account = sessions.Account("")
  try:
    account.type('export PATH="$PWD/.build/debug:$PATH"')
    for text in shown:
      lines = account.type(text)
      assert account.terminal.code == 0, "\n".join([text, *lines])
  finally:
    account.close()


@pytest.mark.parametrize("old, new", [
  ("`muster imports watch ID`", "`muster imports view ID`"),
  ("`delete-field FORM FIELD`", "`delete-field FORM`"),
  ("`--strict-identity` |", "`--strict` |"),
  ("`muster health`", "`muster health --now`"),
])
def test_a_document_that_names_something_else_is_found(monkeypatch, old, new):
  change(monkeypatch, old, new)
  assert named_everywhere() != set(USES)


@pytest.mark.parametrize("old, new", [
  ("with its members |", "`--members` |"),
  ("`--counts` of the first two", "`--limit` of the first two"),
  ("`--strict-identity` |", "`--strict` |"),
  ("`--filter`,", "`--filters`,"),
])
def test_an_option_that_a_table_makes_up_is_found(monkeypatch, old, new):
  change(monkeypatch, old, new)
  with pytest.raises(AssertionError):
    test_every_option_of_a_table_is_in_the_help_of_its_command()


def change(monkeypatch, old, new):
  """Changes something in the documents, as the tests see them."""
  assert any(old in text for text in TEXTS.values())
  changed = {path: text.replace(old, new) for path, text in TEXTS.items()}
  monkeypatch.setitem(globals(), "TEXTS", changed)
