"""The files of an import beside others, and what an export of its store must be."""
import csv
import os

from engines import make_file, stop
from mix import HEADER, NOTIFY, Mix

EXPORTED = (
    "email,phone,external_id,name,description,date_of_birth,labels,notify_email,notify_sms,"
    "notify_voice,form.survey.color,form.survey.size"
).split(",")


class Files:
    """The members that are there, those that are imported, the previewed rows; and the export."""

    def __init__(self, arguments, directory):
        self.there, self.rows = arguments.there, arguments.rows
        self.base = make_file(directory, self.there)
        self.bulk = make_file(directory, self.rows, "--start", str(self.there))
        self.mix = Mix(
            arguments.preview_rows, self.there, self.there + self.rows,
            ["new", "changed", "unchanged", "rejected"])
        self.previewed = self.mix.write(directory, "mix.csv")
        self.exported = os.path.join(directory, "expected.csv")
        with open(self.exported, "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(EXPORTED)
            for path in (self.base, self.bulk):
                writer.writerows(exported_rows(path))
        with open(self.exported, "rb") as file:
            self.base_bytes = sum(len(file.readline()) for _ in range(self.there + 1))
        os.sync()

    def expect_export(self, path, whole=False):
        """Stops unless an export has the members from the beginning, and then only such as are
        imported, each whole and once, in their order; with whole, all of them."""
        size = os.path.getsize(path)
        with open(path, "rb") as found, open(self.exported, "rb") as wanted:
            is_whole_row = False
            while block := found.read(1 << 20):
                if block != wanted.read(len(block)):
                    stop("an export has other members than it must have")
                is_whole_row = block.endswith(b"\n")
        if size < self.base_bytes or not is_whole_row:
            stop("an export ends early")
        if whole and size != os.path.getsize(self.exported):
            stop("not all imported members are exported")


def exported_rows(path):
    """The rows of a file of members, as an export has them."""
    booleans = {"1": "true", "0": "false"}
    places = [HEADER.index(column) for column in EXPORTED]
    with open(path, newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for cells in reader:
            for column in NOTIFY:
                cells[column] = booleans.get(cells[column], cells[column])
            yield [cells[place] for place in places]
