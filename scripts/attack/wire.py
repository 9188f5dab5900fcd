"""Messages of proto/ as bytes, made once: the attackers send them again and again."""

from stock import Messages

_messages = None


def make_stubs(directory):
    """Makes the messages of proto/ in a directory, before anything else here is called."""
    global _messages
    _messages = Messages(directory)


def messages():
    """The messages of proto/; see Messages."""
    return _messages


def begin(columns, preview=False, **fields):
    """The bytes of a begin; preview: of one that changes nothing."""
    wire = messages().wire
    options = wire.ImportOptions(
        mode=wire.IMPORT_MODE_PREVIEW if preview else 0, **fields.pop("options", {})
    )
    return messages().begin(columns=columns, options=options, **fields).SerializeToString()


def chunk(first_row, rows):
    """The bytes of a chunk; a row is a list of texts."""
    return messages().chunk(first_row, rows).SerializeToString()


def finish(count):
    return messages().finish(count).SerializeToString()


def answers(octets):
    """The answers of an import in the body of a call."""
    response = messages().wire.ImportMembersResponse
    found, at = [], 0
    octets = octets or b""
    while len(octets) - at >= 5:
        length = int.from_bytes(octets[at + 1 : at + 5], "big")
        if len(octets) - at < 5 + length:
            break
        found.append(response.FromString(octets[at + 5 : at + 5 + length]))
        at += 5 + length
    return found
