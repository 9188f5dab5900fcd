#!/usr/bin/env python3
"""Writes the copyright file of a package: Muster's own licence, and those of all that is linked in.

What is linked in is what the linker was told: the lists of objects beside the built programs. Each
module is looked for in the checkouts; of its package come the copyright lines of the module's files,
the whole NOTICE (Apache-2.0 asks for it), and the text of every other licence that a file carries.
"""
import argparse
import json
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Words that only a whole licence has.
OTHER_LICENCES = re.compile(
    r"Permission is hereby granted|Redistribution and use in|Permission to use, copy|CC0|"
    r"released? (this|the) .{0,40}public domain|public domain")
YEARS = re.compile(r"\b(19|20)\d\d\b(\s*[-,]\s*(19|20)?\d\d\b)*,?")


def linked_modules(binaries):
    """The modules whose objects the programs are linked of."""
    modules = set()
    for program in ["muster", "musterd"]:
        objects = (binaries / f"{program}.product" / "Objects.LinkFileList").read_text()
        modules |= set(re.findall(r"/([^/\s]+)\.build/", objects))
    return modules


def folders(checkout, modules):
    """The folders of a package whose modules are linked in."""
    return [path for path in sorted(checkout.joinpath("Sources").rglob("*"))
            if path.is_dir() and path.name in modules]


def comments(text):
    """The comments of a source file, without what marks them."""
    for block in re.findall(r"/\*.*?\*/|(?:^[ \t]*(?://|;|#)[^\n]*\n?)+", text, re.S | re.M):
        lines = [re.sub(r"^\s*(/\*+|\*/|\*|//+|##*|;+)? ?", "", line).replace("*/", "").rstrip()
                 for line in block.splitlines()]
        yield "\n".join(lines).strip()


def holders(text):
    """Those whom the copyright lines of a text name, without the years."""
    for line in re.findall(r"Copyright\s+(?:\([cC]\)|©)?[^\n]*", text):
        line = line.split("*/")[0].split("Licensed under")[0]
        line = YEARS.sub("", line.replace("(c)", "").replace("(C)", "").replace("©", ""))
        line = re.sub(r"\s+", " ", line.replace("Copyright", "").replace("All Rights Reserved", "")
                      .replace("All rights reserved", "")).strip(" .,-*/#")
        if re.match(r"\w{3}", line) and not re.search(r"owner|notice|\bthe date\b", line):
            yield line


def described(checkout, modules, version, location):
    """The part of the file about one package; None if none of it is linked in."""
    linked = folders(checkout, modules)
    if not linked:
        return None
    names, others = set(), {}
    for folder in linked:
        for path in sorted(file for file in folder.rglob("*") if file.is_file()):
            text = path.read_text(errors="replace")
            names |= set(holders(text[:8000]))
            whole = [text] if path.name.startswith("LICENSE") else comments(text[:8000])
            for comment in whole:
                if OTHER_LICENCES.search(comment):
                    others.setdefault(comment.strip(), path.relative_to(checkout))
    title = f"{checkout.name} {version}"
    parts = [title, "-" * len(title), f"From {location}, under the Apache License 2.0.", ""]
    parts += [f"Copyright: {name}" for name in sorted(names)]
    for notice in sorted(checkout.glob("NOTICE*")):
        parts += ["", f"Its {notice.name}:", "", indented(notice.read_text())]
    for text, path in others.items():
        parts += ["", f"Parts of it, such as {path}:", "", indented(text)]
    return "\n".join(parts)


def indented(text):
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    return "\n".join(f"    {line}".rstrip() for line in lines)


def versions(scratch):
    """Version and address of each package that was resolved."""
    state = json.loads((scratch / "workspace-state.json").read_text())
    found = {}
    for dependency in state["object"]["dependencies"]:
        version = dependency["state"].get("checkoutState", {}).get("version", "")
        found[dependency["subpath"]] = (version, dependency["packageRef"]["location"])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scratch", type=pathlib.Path, required=True, help="where it was built")
    parser.add_argument("--binaries", type=pathlib.Path, required=True, help="the built programs")
    arguments = parser.parse_args()
    modules = linked_modules(arguments.binaries)
    known = versions(arguments.scratch)
    parts = []
    left = {name for name in modules if not ROOT.joinpath("Sources", name).is_dir()}
    for checkout in sorted((arguments.scratch / "checkouts").iterdir()):
        part = described(checkout, modules, *known.get(checkout.name, ("", "")))
        if part:
            parts.append(part)
            left -= {folder.name for folder in folders(checkout, modules)}
    if left:
        sys.exit(f"copyright.py: no package has the linked modules {', '.join(sorted(left))}")
    own = (ROOT / "LICENSE").read_text().strip()
    print(f"""Muster

{own}


The programs hold parts of the following packages, linked in statically. Each is under the Apache
License, Version 2.0; its text is in /usr/share/common-licenses/Apache-2.0. So is the Swift runtime,
with Dispatch and Foundation (Copyright: Apple Inc. and the Swift project authors), which allows by
its Runtime Library Exception to redistribute parts that a compiler has put into a program without
conditions 4(a), 4(b) and 4(d) of that licence.

""")
    print("\n\n".join(parts))


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    main()
