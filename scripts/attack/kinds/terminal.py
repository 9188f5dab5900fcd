"""Characters that turn, hide or steer what a terminal shows, in every value that the command prints."""

import json
import os
import pty
import re
import select
import subprocess
import time

from line import attack

NASTY = {
    "escape": "\x1b]0;pwned\x07",
    "color": "\x1b[31mRED",
    "bidi override": "\u202eevil",
    "isolate": "\u2066x\u2069",
    "line separator": "\u2028",
    "paragraph": "\u2029",
    "zero width": "a\u200bb",
    "joiner": "a\u200db",
    "mark": "\u200fx",
    "arabic mark": "\u061c",
    "tag": "\U000e0041",
    "c1": "\x9b31m",
    "nel": "\x85",
    "bom": "\ufeffx",
    "backspace": "abc\x08\x08",
    "return": "abc\rdef",
    "word joiner": "a\u2060b",
    "delete": "\x7f",
    "invisible": "a\u2063b",
    "soft": "a\u00adb",
    "interlinear": "\ufff9x",
    "selector": "a\ufe0f",
}
ALL = "".join(NASTY.values())
RAW = re.compile(
    "[\u202a-\u202e\u2066-\u2069\u2028\u2029\u200b-\u200f\u2060-\u2064\u206a-\u206f\u061c\ufeff\u180e"
    "\U000e0000-\U000e007f\x80-\x9f\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]|\x1b\\]|\x1b\\[31m|\x08\x08|abc\r"
)
RAW_JSON = re.compile("[\x80-\x9f\u2028\u2029\x00-\x09\x0b-\x1f\x7f]")


def at_terminal(target, *arguments, workspace="default", answer=None, seconds=30):
    """What a command writes at a terminal, as text."""
    ours, theirs = pty.openpty()
    environment = target.daemon.muster_environment(TERM="xterm", COLUMNS="200")
    process = subprocess.Popen(
        target.daemon.muster_command(*arguments, workspace=workspace),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        cwd=target.run.directory,
        close_fds=True,
        start_new_session=True,
    )
    os.close(theirs)
    octets, end = b"", time.monotonic() + seconds
    while time.monotonic() < end:
        ready, _, _ = select.select([ours], [], [], 0.1)
        if ready:
            try:
                part = os.read(ours, 65_536)
            except OSError:
                break
            if not part:
                break
            octets += part
            if answer and b"[y/N]" in octets:
                os.write(ours, answer)
                answer = None
        elif process.poll() is not None:
            break
    process.kill()
    process.wait()
    os.close(ours)
    return octets.decode(errors="replace").replace("\r\n", "\n")


def raw(text):
    """What of it a terminal would act upon; the command's own lines begin with a return."""
    return sorted({repr(found) for found in RAW.findall(text)})


@attack("terminal-values", short=True)
def values(attack, line):
    """22 kinds of them in every field of members, through every command that prints one"""
    target = line.target(fresh=True)
    daemon = target.daemon
    daemon.muster("label", "create", "vip")
    daemon.muster("form", "create", "f", "--field", "note:text", "color:choice=red|" + "blue\u202e")
    path = target.path("nasty.csv")
    rows = []
    for number, text in enumerate(NASTY.values()):
        quoted = text.replace('"', '""')
        rows.append(f'"x{number}{quoted}","N {quoted} z","D {quoted}",vip,"v{quoted}"')
    with open(path, "w", newline="") as file:
        file.write("external_id,name,description,labels,form.f.note\n" + "\n".join(rows) + "\n")
    wrong = target.path("wrong.csv")
    with open(wrong, "w", newline="") as file:
        file.write(
            "external_id,email,phone,labels,date_of_birth,notify_email,form.f.color,name\n"
            + "\n".join(
                ",".join([f"w{number}"] + [f'"q{text}"' for _ in range(7)])
                for number, text in enumerate(NASTY.values())
            )
            + "\n"
        )
    named = target.path(f"file{NASTY['bidi override']}{NASTY['c1']}{NASTY['color']}.csv")
    with open(named, "w") as file:
        file.write("email\nx@example.org\n")
    header = target.path("header.csv")
    with open(header, "w", newline="") as file:
        file.write(f'email,"na{ALL}me","form.f.{ALL}"\nx@example.org,a,b\n')
    found = {}

    def look(what, *arguments, **options):
        text = at_terminal(target, *arguments, **options)
        found[what] = raw(text)
        line.expect(text.strip(), f"{what}: prints nothing")
        return text

    look("preview", "preview", path)
    look("import asked", "import", path, answer=b"n\n")
    look("import", "import", path, "--yes")
    look("preview of changes", "preview", path)
    look("wrong rows", "import", wrong, "--yes", "--rejects", target.path("w.csv"))
    look("preview of wrong rows", "preview", wrong)
    look("file name", "import", named, "--yes")
    look("no such file", "import", named + "x", "--yes")
    look("header", "import", header, "--yes")
    look("members", "member", "list")
    look("members by text", "member", "list", "--text", ALL)
    for number in (1, 2, 3, 5):
        look(f"member {number}", "member", "get", "--id", str(number))
    look("no member", "member", "get", "--external-id", ALL)
    look("signup", "signup", f"external_id=s{ALL}", f"name={ALL}", f"form.f.note={ALL}")
    look(
        "wrong signup",
        "signup",
        f"email={ALL}",
        f"date_of_birth={ALL}",
        f"labels={ALL}",
        f"form.f.color={ALL}",
    )
    look("unknown column", "signup", f"na{ALL}me=x", "email=x@example.org")
    look("deletion", "member", "delete", "--id", "2", answer=b"n\n")
    look("forms", "form", "list")
    look("new label", "label", "create", "x" + ALL.replace("\0", ""))
    look("no role", "member", "list", "--role", ALL)
    look("no workspace", "label", "list", workspace="a" + ALL)
    listed = target.command("imports", "list", "--output", "ndjson").stdout
    ids = [json.loads(text)["import_id"] for text in listed.splitlines() if "import_id" in text]
    for name in ids[:3]:
        look(f"faults {name[:4]}", "imports", "faults", name)
        look(f"import {name[:4]}", "imports", "show", name)
    look("undo", "imports", "undo", "--yes", ids[-1] if ids else ALL)
    look("export", "export")
    look("check of a file", "check", named)
    look("usage", "import", "--" + ALL)
    piped = target.command("member", "list", "--output", "text").stdout
    found["text in a pipe"] = raw(piped)
    shown = {what: kinds for what, kinds in found.items() if kinds}
    line.sent = f"{len(NASTY)} kinds of characters, {len(found)} commands"
    line.answer(f"{len(found) - len(shown)} print nothing raw")
    for what, kinds in shown.items():
        line.expect(False, f"{what} prints {' '.join(kinds)[:120]}")
    # For programs: JSON that no reader takes for two lines.
    bad = {}
    for arguments in (
        ["member", "list"],
        ["preview", path],
        ["import", wrong, "--yes", "--rejects", target.path("v.csv")],
    ):
        ended = target.command(*arguments, "--output", "ndjson")
        kinds = sorted({repr(each) for each in RAW_JSON.findall(ended.stdout)})
        if kinds:
            bad[arguments[0]] = kinds
    for what, kinds in bad.items():
        line.expect(False, f"NDJSON of {what} holds {' '.join(kinds)}")


@attack("terminal-export", short=True)
def export(attack, line):
    """an export at a terminal escapes and warns once; with --raw, and in a pipe, it is byte for byte"""
    target = line.target(fresh=True)
    path = target.path("nasty.csv")
    with open(path, "w", newline="") as file:
        file.write(f'external_id,name\nx,"{NASTY["bidi override"]}{NASTY["c1"]}"\n')
    target.daemon.import_file(path)
    shown = at_terminal(target, "export")
    raw_shown = at_terminal(target, "export", "--raw")
    piped = target.command("export").stdout
    line.sent = "export at a terminal, with --raw, in a pipe"
    line.answer(f"{len(raw(shown))}, {len(raw(raw_shown))}, {len(raw(piped))} kinds of raw characters")
    line.expect(not raw(shown), f"the terminal gets {raw(shown)}")
    line.expect(raw(raw_shown), "--raw is not raw")
    line.expect(NASTY["bidi override"] + NASTY["c1"] in piped, "a pipe does not get the bytes")
