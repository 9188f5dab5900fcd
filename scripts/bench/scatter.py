"""Writes a tenth of the rows of a CSV file of members, in no order and with another description.

A process of its own: what it takes of memory is not to be counted as that of the programs measured.
"""
import csv
import random
import sys

path, rows, scattered = sys.argv[1], int(sys.argv[2]), sys.argv[3]
order = random.Random(rows).sample(range(rows), rows // 10)
with open(path, newline="") as file:
    reader = csv.reader(file)
    header, wanted = next(reader), set(order)
    found = {place: member for place, member in enumerate(reader) if place in wanted}
with open(scattered, "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    for place in order:
        found[place][header.index("description")] = "Scattered"
        writer.writerow(found[place])
