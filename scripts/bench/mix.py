"""Files of rows that do every kind of thing to a store of generated members, and what they must do.

The store is that of make_members.py: its members 0, 1, 2, ... in that order, with default settings.
"""
import csv
import os
import random

from make_members import COLUMNS, member

HEADER = COLUMNS.split(",")
EMAIL, PHONE, EXTERNAL_ID, NAME, BORN, NOTE, TAGS = range(7)
NOTIFY = [7, 8, 9]
IDENTIFIERS = [EMAIL, PHONE, EXTERNAL_ID]
COUNTS = [
    "created", "updated", "unchanged", "rejected", "repeats", "identifier_changes", "opt_ins",
    "opt_outs", "faults",
]


def cells_of(index, changed=False):
    """The cells of a generated member."""
    return next(csv.reader([member(index, 1, changed)]))


class Mix:
    """Rows of some kinds, each as often, in random order, and the counts that they must have.

    members: how many the store has. first_new: the number of the first member that is new.
    """

    def __init__(self, rows, members, first_new, kinds, seed=1):
        self.random = random.Random(seed)
        self.counts = dict.fromkeys(COUNTS, 0)
        # Nobody is in two rows by chance: two for a row, since a conflict is about two members.
        self.others = iter(self.random.sample(range(members), min(2 * rows, members)))
        self.next_new = first_new
        # Members that this file makes and that no second row has changed yet.
        self.made = []
        words = [kinds[number % len(kinds)] for number in range(rows)]
        self.random.shuffle(words)
        self.rows = [getattr(self, word)(number) for number, word in enumerate(words)]
        self.counts["received"] = rows
        self.counts["faults"] = self.counts["rejected"]

    def write(self, directory, name):
        """Writes the file, and returns its path."""
        path = os.path.join(directory, name)
        with open(path, "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HEADER)
            writer.writerows(self.rows)
        return path

    def new(self, _):
        self.counts["created"] += 1
        self.made.append(self.next_new)
        self.next_new += 1
        return cells_of(self.made[-1])

    def unchanged(self, _):
        self.counts["unchanged"] += 1
        return cells_of(next(self.others))

    def changed(self, number):
        """A new description; of some rows also another phone, or other notify fields; and some are
        the second row of a member that this file makes."""
        self.counts["updated"] += 1
        if number % 10 == 0 and self.made:
            self.counts["repeats"] += 1
            return cells_of(self.made.pop(0), changed=True)
        index = next(self.others)
        cells = cells_of(index, changed=True)
        if number % 4 == 0:
            self.counts["identifier_changes"] += cells[PHONE] != ""
            cells[PHONE] = f"+998{1_000_000_000 + index}"
        if number % 4 == 1:
            for column in NOTIFY:
                wants = cells[column] not in ("true", "1")
                self.counts["opt_ins" if wants else "opt_outs"] += 1
                cells[column] = "true" if wants else "false"
        return cells

    def rejected(self, number):
        """One fault: of a cell, of the row, or that the identifiers are those of two members."""
        self.counts["rejected"] += 1
        cells = cells_of(next(self.others))
        kind = number % 5
        if kind == 0:
            cells[EMAIL] = "nobody@example"
        elif kind == 1:
            cells[BORN] = "1980-02-30"
        elif kind == 2:
            cells[TAGS] = "vpi"
        elif kind == 3:
            cells[EMAIL] = cells[PHONE] = cells[EXTERNAL_ID] = ""
        else:
            # Each has at least two of the three identifiers: one of mine leaves one of theirs.
            other = cells_of(next(self.others))
            mine = next(column for column in IDENTIFIERS if cells[column])
            theirs = next(column for column in IDENTIFIERS if column != mine and other[column])
            for column in IDENTIFIERS:
                if column != mine:
                    cells[column] = other[column] if column == theirs else ""
        return cells
