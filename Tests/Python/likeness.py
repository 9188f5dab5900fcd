"""Whether what was printed is what a document shows, but for what no two runs have alike."""

import re

# What may differ, as it is written in a document, and as it may be printed.
VARYING = [
  ("seconds", r"in (?:\d+ min )?\d+(?:\.\d\d)? s"),
  ("rate", r"\(\d{1,3}(?:,\d{3})* rows/s\)"),
  ("bytes", r"\(\d{1,3}(?:,\d{3})* bytes\)"),
  ("time", r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
  ("id", r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
]
_ANY = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in VARYING))


class Likeness:
  """Compares the lines of one document, and knows which id stands for which.

  Ids of a document stand for those of a run, one for one: a command that names an id of the
  document is run with the id that was printed in its place.
  """

  def __init__(self):
    self._printed = {}

  def typed(self, command):
    """A command of the document, with the ids of this run."""
    for shown, printed in self._printed.items():
      command = command.replace(shown, printed)
    return command

  def is_like(self, shown, printed):
    """Whether a printed line is the one that is shown, but for what may differ."""
    pattern, end, ids = "", 0, []
    for match in _ANY.finditer(shown):
      pattern += re.escape(shown[end:match.start()])
      pattern += "(" + dict(VARYING)[match.lastgroup] + ")"
      ids.append(match.group() if match.lastgroup == "id" else None)
      end = match.end()
    found = re.fullmatch(pattern + re.escape(shown[end:]), printed)
    return found is not None and all(
      self._is_bound(name, value) for name, value in zip(ids, found.groups()) if name)

  def difference(self, shown, printed):
    """What differs, in lines to read; None if nothing does."""
    for number in range(max(len(shown), len(printed))):
      left = shown[number] if number < len(shown) else None
      right = printed[number] if number < len(printed) else None
      if left is None or right is None or not self.is_like(left, right):
        return f"shown:   {left!r}\nprinted: {right!r}"
    return None

  def _is_bound(self, shown, printed):
    known = self._printed.get(shown)
    if known is None and printed not in self._printed.values():
      self._printed[shown] = known = printed
    return known == printed
