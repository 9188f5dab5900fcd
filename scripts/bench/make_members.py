#!/usr/bin/env python3
"""Makes a CSV file of members, the same for the same arguments. Nobody in it exists.

Emails end in the domains that RFC 2606 keeps free, phones begin with +999, a code that no country
has. Of the rows 3 % have no email, 10 % no phone and 5 % no external_id, each of them at least two of
the three. A row has up to three of 20 labels, and half of the rows fill a form of two fields.
"""
import argparse
import sys

FIRST = (
    "Ada Bea Carl Dora Emil Fay Gus Hana Ida Jon Kira Luz Mads Nils Olga Pär Rosa Søren Tove Zoë"
).split()
LAST = (
    "Ash Birch Cedar Dogwood Elm Fir Gorse Hazel Ivy Juniper Kapok Larch Maple Nutmeg Oak Pine"
    " Quince Rowan Sorrel Yew"
).split()
DOMAINS = ["example.com", "example.net", "example.org"]
LABELS = (
    "alumni board donor east event-1 event-2 lapsed newsletter north partner premium press south"
    " sponsor staff student trial vip volunteer west"
).split()
COLORS = ["black", "blue", "green", "red", "white"]
NOTES = ["Founding member", "Prefers mornings, calls only", 'Asked for "quiet" seats', "New", ""]
FLAGS = ["", "", "true", "false", "1", "0"]
COLUMNS = (
    "email,phone,external_id,name,date_of_birth,description,labels,notify_email,notify_sms,"
    "notify_voice,form.survey.color,form.survey.size"
)
MASK = (1 << 64) - 1


def mixed(number):
    """64 bits that look random, the same for the same number (splitmix64)."""
    number = (number + 0x9E3779B97F4A7C15) & MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & MASK
    return number ^ (number >> 31)


def quoted(text):
    """The text as a CSV cell."""
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def member(index, seed, changed):
    """The line of one member; changed, it differs in its description only."""
    a = mixed(seed * 0x1F123BB5 + index)
    b = mixed(a)
    first, last = FIRST[a % 20], LAST[(a >> 8) % 20]
    email = f"{last.lower()}.{(a >> 16) % 1000}.{index}@{DOMAINS[(a >> 32) % 3]}"
    phone = f"+999{1_000_000_000 + index}"
    external = f"{b & 0xFFFFFFFF:08x}-{index:010x}"
    share = (a >> 40) % 100
    if share < 3:
        email = ""
    elif share < 13:
        phone = ""
    elif share < 18:
        external = ""
    born = ""
    if (b >> 32) % 5:
        born = f"{1940 + (b >> 34) % 65}-{1 + (b >> 41) % 12:02d}-{1 + (b >> 45) % 28:02d}"
    note = f"Updated {(b >> 50) % 10_000}" if changed else NOTES[(b >> 50) % 5]
    c = mixed(b)
    labels = sorted({LABELS[(c >> (8 * place)) % 20] for place in range((c >> 32) % 4)})
    flags = [FLAGS[(c >> shift) % 6] for shift in (36, 40, 44)]
    form = ["", ""]
    if c >> 63:
        form = [COLORS[(c >> 48) % 5], str(30 + (c >> 52) % 31)]
    cells = [email, phone, external, f"{first} {last}", born, quoted(note), quoted(",".join(labels))]
    return ",".join(cells + flags + form)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="number of the first member")
    parser.add_argument("--changed", action="store_true", help="another description in every row")
    arguments = parser.parse_args()
    out = sys.stdout
    out.write(COLUMNS + "\n")
    last = arguments.start + arguments.rows
    for first in range(arguments.start, last, 10_000):
        run = range(first, min(first + 10_000, last))
        lines = [member(index, arguments.seed, arguments.changed) for index in run]
        out.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
