"""What the documents say: their blocks, the sessions in them, their tables and code spans."""

import dataclasses
import pathlib
import re

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
README = PACKAGE / "README.md"
CATALOGUE = PACKAGE / "Sources" / "MusterServer" / "Documentation.docc"
# Root types its sessions; scripts/package/installed.py does, in a machine of its own.
INSTALLING = CATALOGUE / "Operating" / "InstallingOnDebian.md"


def every_document():
  """README.md, PROTOCOL.md and the libraries' articles."""
  articles = PACKAGE.glob("Sources/*/*.docc/**/*.md")
  return [README, *sorted((PACKAGE / "proto").glob("*.md")), *sorted(articles)]


def guide():
  """README.md and the pages of the guide that a user reads, with their texts."""
  pages = [README, *sorted(CATALOGUE.glob("Guides/*.md")), *sorted(CATALOGUE.glob("Operating/*.md")),
           CATALOGUE / "Development" / "SourceMap.md"]
  return {path: path.read_text(encoding="utf-8") for path in pages}


@dataclasses.dataclass
class Block:
  """A fenced block, with the heading that it stands under and the last line before it."""

  heading: str
  before: str
  language: str
  first_line: int
  lines: list[str]

  @property
  def is_session(self):
    return any(line.startswith("$ ") for line in self.lines)

  @property
  def is_root_session(self):
    """Whether root types it."""
    return bool(self.lines) and self.lines[0].startswith("# ")

  @property
  def is_drawing(self):
    """Whether it shows arrows or boxes, and so nothing to type."""
    return not self.is_session and any(re.search(r"──|-->|<--", line) for line in self.lines)


@dataclasses.dataclass
class Step:
  """A command of a session as it is typed, and the lines that it is shown to print."""

  first_line: int
  typed: str
  shown: list[str]


def blocks(text):
  """The fenced blocks of a document, in their order."""
  found, heading, before, block = [], "", "", None
  for number, line in enumerate(text.splitlines(), 1):
    if line.startswith("```"):
      if block is None:
        block = Block(heading, before, line[3:].strip(), number + 1, [])
      else:
        found.append(block)
        block = None
    elif block is not None:
      block.lines.append(line)
    elif line.startswith("#"):
      heading = line.lstrip("#").strip()
    elif line.strip():
      before = line
  assert block is None, f"the block of line {block.first_line} has no end"
  return found


def steps(block):
  """The commands of a session: what follows a prompt, with its continued lines and here documents."""
  prompt = "# " if block.is_root_session else "$ "
  found, lines = [], iter(enumerate(block.lines, block.first_line))
  for number, line in lines:
    if not line.startswith(prompt):
      assert found, f"line {number}: a session begins with a command"
      found[-1].shown.append(line)
      continue
    typed = [line[2:]]
    end = re.search(r"<<'?(\w+)'?", typed[0])
    while typed[-1].endswith("\\") or (end and typed[-1] != end.group(1)):
      typed.append(next(lines)[1])
    found.append(Step(number, "\n".join(typed), []))
  return found


def files_to_write(text):
  """The files that a document gives in full: blocks after a line such as "with this `push.py`:"."""
  return {
    match.group(1): "\n".join(block.lines) + "\n"
    for block in blocks(text)
    if (match := re.search(r"with this `([\w.]+)`:$", block.before))}


def _prose(text):
  """A document's lines outside of its blocks."""
  lines, is_inside = [], False
  for line in text.splitlines():
    if line.startswith("```"):
      is_inside = not is_inside
    elif not is_inside:
      lines.append(line)
  return lines


def code_spans(text):
  """What stands between backticks outside of blocks, its white space as one space."""
  spans = re.findall(r"`([^`]+)`", "\n".join(_prose(text)))
  return [" ".join(span.split()) for span in spans]


@dataclasses.dataclass
class Row:
  """A row of a table, with the table's first heading and the heading of its section."""

  section: str
  title: str
  cells: list[str]

  def spans(self, column):
    return re.findall(r"`([^`]+)`", self.cells[column])


def rows(text):
  """The rows of all tables of a document."""
  found, section, title = [], "", None
  for line in _prose(text):
    if line.startswith("#"):
      section = line.lstrip("#").strip()
    if not line.startswith("|"):
      title = None
      continue
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    if title is None:
      title = cells[0]
    elif not set(cells[0]) <= set("-:"):
      found.append(Row(section, title, cells))
  return found
