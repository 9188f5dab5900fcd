"""P29: nothing raw reaches a terminal.

Members, faults, arguments, file names and names in errors hold controls, escapes, whatever turns the
direction of writing, and whatever is not seen. Every command is run with them, at a terminal and in a pipe,
in words and as JSON: none of those characters comes out as it is, but for an export into a pipe, which has
every byte.
"""
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import termios
import time
import unicodedata
import uuid

from common import expect, main
from daemon import BINARIES

COMMAND_SECONDS_MAX = 60
# Controls, escapes, C1, direction, separators, zero-width, fillers, variation selectors, tags, private use.
# No surrogates, and no NUL: an argument and a cell cannot have one.
RAW = (
    "\x01\x07\x08\x0b\x0c\x1b]0;title\x07\x1b[31m\x7f\x80\x85\x9b31m\x9d\u00ad\u034f\u061c\u115f\u17b4\u180e"
    "\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2064\u2066\u2067"
    "\u2068\u2069\u206a\u206f\u2800\u3164\ufe0f\ufeff\uffa0\ufff9\ufffb\U0001d173\U000e0001\U000e0041"
    "\U000e007f\U000e0100\ue000\U000f0000")
IGNORED = (
    [0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFEFF, 0xFFA0]
    + list(range(0x180B, 0x1810)) + list(range(0x200B, 0x2010)) + list(range(0x202A, 0x202F))
    + list(range(0x2060, 0x2070)) + list(range(0xFE00, 0xFE10)) + list(range(0xFFF0, 0xFFF9))
    + list(range(0x1D173, 0x1D17B)) + list(range(0xE0000, 0xE1000)))
# An external id and a choice have a bound of bytes.
KEY_CHARACTERS = 60
QUESTION = b"[y/N] "


def is_raw(character):
    return (unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cn", "Cs")
            or ord(character) in IGNORED)


def raw(output, allowed):
    """The characters of an output that are not to be there."""
    try:
        text = output.decode()
    except UnicodeDecodeError as error:
        return f"bytes that are no UTF-8: {error}"
    found = sorted({f"U+{ord(one):04X}" for one in text if one not in allowed and is_raw(one)})
    return ", ".join(found)


class Commands:
    """Commands whose whole output is looked at."""

    def __init__(self, run, daemon):
        self.daemon = daemon
        self.is_short = run.short
        self.count = 0
        self.directory = run.path("files")
        os.mkdir(self.directory)
        # A terminal without colours and without a bar that draws: no control of ours is in the way.
        self.environment = daemon.muster_environment(TERM="dumb", NO_COLOR="1")
        if run.mutant:
            self.environment["MUSTER_MUTANT"] = run.mutant

    def command(self, arguments):
        return [os.path.join(BINARIES, "muster"), "--socket", self.daemon.socket, *arguments]

    def check(self, how, arguments, output, allowed):
        self.count += 1
        found = raw(output, allowed)
        shown = " ".join(arguments)[:60].encode("ascii", "backslashreplace").decode()
        expect(not found, f"muster {shown} prints {found} {how}")

    def pipe(self, *arguments, text=b"", command=None):
        ended = subprocess.run(
            command or self.command(arguments), input=text, capture_output=True,
            env=self.environment, cwd=self.directory, timeout=COMMAND_SECONDS_MAX)
        self.check("in a pipe", arguments, ended.stdout, "\n")
        self.check("to standard error", arguments, ended.stderr, "\n")
        return ended

    def terminal(self, *arguments, answer=b"n\n"):
        """Runs a command whose three standard streams are one terminal; what it prints, and its code."""
        stream, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
        settings = termios.tcgetattr(end)
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(end, termios.TCSANOW, settings)
        process = subprocess.Popen(
            self.command(arguments), stdin=end, stdout=end, stderr=end, env=self.environment,
            cwd=self.directory, start_new_session=True)
        os.close(end)
        output, deadline, answered = b"", time.monotonic() + COMMAND_SECONDS_MAX, 0
        while True:
            ready, _, _ = select.select([stream], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                process.kill()
                expect(False, f"muster {arguments[0]} hangs at a terminal: {output[-300:]}")
            try:
                block = os.read(stream, 65536)
            except OSError:
                block = b""
            if not block:
                break
            output += block
            if output.count(QUESTION) > answered:
                answered += 1
                os.write(stream, answer)
        os.close(stream)
        code = process.wait(COMMAND_SECONDS_MAX)
        self.check("at a terminal", arguments, output, "\n\r")
        return code, output

    def all_ways(self, *arguments, answer=b"n\n", formats=("text", "ndjson")):
        for form in formats:
            more = ["--output", form] if form else []
            self.pipe(*arguments, *more)
            if not self.is_short or form == formats[0]:
                self.terminal(*arguments, *more, answer=answer)


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"'


def rows(columns, *lines):
    """A CSV file."""
    listed = [",".join(quoted(cell) for cell in line) for line in (columns, *lines)]
    return ("\n".join(listed) + "\n").encode()


def fill(commands, value):
    """Members, faults and a catalogue with the value wherever the daemon takes it."""
    key = value[:KEY_CHARACTERS]
    # A choice of a form may be any text without controls and bars.
    choice = "".join(one for one in value if unicodedata.category(one) != "Cc" and one != "|")
    choice = choice[:KEY_CHARACTERS]
    made = commands.pipe("form", "create", "notes", "--field", "note:text", "--field", "age:number",
                         "--field", f"kind:choice={choice}|plain")
    expect(made.returncode == 0, f"no form: {made.stderr[-600:]}")
    columns = ["external_id", "name", "description", "email", "form.notes.note"]
    good = rows(columns, ["one " + key, value, value, "one@example.org", value],
                ["two", "two", "two", "two@example.org", "two"],
                ["three", "three", "three", "three@example.org", "three"])
    ended = commands.pipe("import", "-", text=good)
    expect(ended.returncode in (0, 2), f"the members are refused: {ended.stderr[-300:]}")
    return good


def bad_rows(value):
    """A row for each field with the value in it where it is refused."""
    columns = ["external_id", "email", "phone", "date_of_birth", "labels", "notify_email",
               "form.notes.age", "form.notes.kind"]
    lines = []
    for place in range(1, len(columns)):
        line = [f"bad-{place}"] + [""] * (len(columns) - 1)
        line[place] = value
        lines.append(line)
    return rows(columns, *lines)


def check_members(commands, value):
    commands.all_ways("member", "list")
    commands.all_ways("member", "list", "--text", "one")
    commands.all_ways("member", "get", "--email", "one@example.org")
    commands.all_ways("member", "get", "--external-id", "one " + value[:KEY_CHARACTERS])
    commands.all_ways("member", "get", "--external-id", value)
    commands.all_ways("member", "get", "--email", value)
    commands.all_ways("member", "get", "--phone", value)
    commands.all_ways("member", "list", "--role", value)
    commands.all_ways("member", "list", "--label", value)
    commands.all_ways("signup", "external_id=s", "name=" + value, "form.notes.note=" + value)
    commands.all_ways("signup", "external_id=s", "email=" + value, "labels=" + value)
    commands.all_ways("signup", "external_id=s", f"{value}=1")
    commands.terminal("member", "delete", "--external-id", "one " + value[:KEY_CHARACTERS])
    commands.all_ways("member", "delete", "--external-id", value)


def check_imports(commands, value):
    directory = commands.directory
    # A file's name has no slash and at most 255 bytes.
    name = value.replace("/", "")[:40] + ".csv"
    changed = rows(["external_id", "name", "description"], ["two", value, "new " + value],
                   ["new" + value[:KEY_CHARACTERS], value, value])
    for file, text in ((name, changed), ("bad.csv", bad_rows(value)),
                       ("unknown.csv", rows(["external_id", value, "form.notes." + value], ["a"]))):
        with open(os.path.join(directory, file), "wb") as made:
            made.write(text)
    commands.all_ways("preview", name)
    commands.all_ways("preview", "bad.csv")
    commands.all_ways("import", "unknown.csv", "--yes")
    commands.all_ways("import", "bad.csv", "--yes", "--rejects", value[:40].replace("/", ""))
    commands.all_ways("import", "bad.csv", "--yes", "--all-or-nothing")
    commands.all_ways("import", name, "--yes", "--role", value)
    commands.terminal("import", name, answer=b"n\n")
    commands.terminal("import", name, answer=b"y\n")
    commands.terminal("import", "bad.csv", "--rejects", "/dev/stdout", "--yes")
    commands.all_ways("import", "none" + value, "--yes")
    commands.all_ways("import", name, "--yes", "--import-id", value)
    listed = commands.pipe("imports", "list", "--output", "ndjson").stdout.decode().splitlines()
    commands.all_ways("imports", "list")
    commands.all_ways("imports", "list", "--state", value)
    for line in listed[:6]:
        identifier = json.loads(line)["import_id"]
        for command in ("show", "faults", "watch"):
            commands.all_ways("imports", command, identifier)
    done = next(one for one in map(json.loads, listed) if one["updated"])
    commands.all_ways("imports", "undo", done["import_id"], formats=("text",))
    for command in ("show", "faults", "watch", "cancel", "undo"):
        commands.all_ways("imports", command, value)
        commands.all_ways("imports", command, str(uuid.UUID(int=1)))


def check_names(commands, value):
    for kind in ("label", "role", "workspace"):
        commands.all_ways(kind, "create", value)
        commands.all_ways(kind, "list")
        commands.all_ways(kind, "rename", value, "other")
        commands.all_ways(kind, "rename", "other", value)
        commands.all_ways(kind, "delete", value)
    commands.all_ways("form", "create", value, "--field", "a:text")
    commands.all_ways("form", "create", "more", "--field", value + ":text")
    commands.all_ways("form", "create", "more", "--field", value)
    commands.all_ways("form", "add-field", value, "a:text")
    commands.all_ways("form", "add-field", "notes", value + ":text")
    commands.all_ways("form", "rename-field", "notes", value, "b")
    commands.all_ways("form", "list")
    commands.all_ways("--workspace", value, "label", "list")
    commands.all_ways("--workspace", value, "health")
    # A command and an option that are none, and files and sockets that are not there.
    for arguments in ([value], ["--" + value], ["export", "--" + value], ["imports", value],
                      ["export", "--with", value], ["import"], ["help", value],
                      ["export", "--to", value + "/none"], ["import", "a", "--delimiter", value],
                      ["--socket", value[:40], "health"]):
        commands.pipe(*arguments)
        commands.terminal(*arguments)
    file = value.replace("/", "")[:40] + ".db"
    commands.all_ways("backup", "--to", file)
    commands.all_ways("check", file)
    commands.all_ways("check", "none" + value[:40])
    commands.all_ways("check")


def check_export(commands, value):
    """At a terminal escaped and with a warning; in a pipe every byte."""
    code, output = commands.terminal("export")
    expect(code == 0 and b"terminal" in output, f"an export warns nobody: {output[-300:]}")
    commands.terminal("export", "--with", "role", "--spreadsheet-safe")
    commands.terminal("export", "--to", "/dev/stdout")
    piped = subprocess.run(commands.command(["export"]), capture_output=True,
                           env=commands.environment, timeout=COMMAND_SECONDS_MAX)
    expect(value.replace('"', '""').encode() in piped.stdout, "an export into a pipe is not exact")
    before, commands.check = commands.check, lambda *_: None
    _, output = commands.terminal("export", "--raw")
    commands.check = before
    expect("\u202e".encode() in output, "--raw escapes")


def test(run):
    daemon = run.daemon().start()
    commands = Commands(run, daemon)
    value = RAW
    if not run.short:
        more = [chr(number) for number in range(0x20, 0x110000) if not 0xD800 <= number < 0xE000]
        value += "".join(run.random.sample([one for one in more if is_raw(one)], 100))
    fill(commands, value)
    check_members(commands, value)
    check_imports(commands, value)
    check_names(commands, value)
    check_export(commands, value)
    expect(daemon.stop() == 0, "the daemon does not end in order")
    return (f"{commands.count} outputs of commands looked at, {len(set(value))} characters in every field"
            f" and argument: 0 raw")


if __name__ == "__main__":
    main(__doc__, test, ["prints-as-is"])
