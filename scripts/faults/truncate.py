"""P11: a truncated stream is not a finished import.

What `muster import` and stock grpcio say is recorded, and said again under another import id, cut at
every offset of its last two messages: once by the end of the connection, once by END_STREAM in the
middle. The import must stay open, and be completed by a client that goes on with it.
"""
import copy
import socket
import time
import uuid

from call import DATA, END_STREAM, HEADERS, SETTINGS, frame
from common import expect, main
from cutter import Cutter
from stock import Messages, Stream, in_environment

ROWS = [(f"u{number}", f"n{number}") for number in range(20)]
ROWS_SHORT = 4
COLUMNS = ["external_id", "name"]
# Generous: the machine may be loaded.
RETRY_SECONDS_MAX = 60
PREFACE_BYTES = 24
ACK = 1


class Speech:
    """What a client said on its connection, up to the end of its import stream."""

    def __init__(self, said, import_id):
        self.import_id = import_id.encode()
        self.stream = None
        self.opening = bytes(said[:PREFACE_BYTES])
        self.body = b""
        place = PREFACE_BYTES
        while place + 9 <= len(said):
            length = int.from_bytes(said[place:place + 3], "big")
            kind, flags = said[place + 3], said[place + 4]
            stream = int.from_bytes(said[place + 5:place + 9], "big")
            payload = bytes(said[place + 9:place + 9 + length])
            place += 9 + length
            if self.stream is None and (kind, flags) != (SETTINGS, ACK):
                # All up to the call: the settings, and the headers of the import.
                self.opening += frame(kind, flags, stream, payload)
                if kind == HEADERS:
                    self.stream = stream
            elif kind == DATA and stream == self.stream:
                self.body += payload
        expect(self.stream is not None, "no import was recorded")
        self.messages = list(message_bounds(self.body))
        expect(len(self.messages) >= 3, f"only {len(self.messages)} messages were recorded")
        expect(self.body.count(self.import_id) == 1, "the import id was not said once")

    def opened(self, import_id):
        """The connection's bytes up to the first message, and the messages with another id."""
        return self.opening, self.body.replace(self.import_id, import_id.encode())

    @property
    def offsets(self):
        """Every offset of the last two messages, a chunk and finish, but the end of all."""
        return range(self.messages[-2][0], self.messages[-1][1])


def message_bounds(body):
    """Where each gRPC message begins and ends: a flag, four bytes of length, and the message."""
    place = 0
    while place + 5 <= len(body):
        end = place + 5 + int.from_bytes(body[place + 1:place + 5], "big")
        yield place, end
        place = end


def say(path, said):
    """Says bytes on a new connection, ends it, and waits until the daemon has ended it too."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(RETRY_SECONDS_MAX)
        connection.connect(path)
        connection.sendall(said)
        connection.shutdown(socket.SHUT_WR)
        try:
            while connection.recv(1 << 16):
                pass
        except ConnectionError:
            pass


def say_and_listen(path, said, stream):
    """Says bytes on a new connection, and listens until the daemon has ended the call."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(RETRY_SECONDS_MAX)
        connection.connect(path)
        connection.sendall(said)
        heard = b""
        while True:
            part = connection.recv(1 << 16)
            expect(part, "the daemon ended the connection, not the call")
            heard += part
            while len(heard) >= 9 + int.from_bytes(heard[:3], "big"):
                if heard[3] == HEADERS and heard[4] & END_STREAM:
                    return
                heard = heard[9 + int.from_bytes(heard[:3], "big"):]


def go_on(messages, stub, import_id):
    """Begins the import again and completes it: the counts of its summary."""
    end = time.monotonic() + RETRY_SECONDS_MAX
    while True:
        stream = Stream(stub, messages.begin(columns=COLUMNS, import_id=import_id))
        accepted = stream.wait_for_accepted()
        if accepted:
            break
        code, text = stream.wait_for_end()
        expect(code == "ABORTED" and time.monotonic() < end, f"begin again: {code} {text}")
        time.sleep(0.01)
    stream.send(messages.chunk(accepted.next_row, ROWS[accepted.next_row:]))
    stream.send(messages.finish(len(ROWS)))
    stream.half_close()
    code, text = stream.wait_for_end()
    expect(stream.last("summary") is not None, f"it cannot be completed: {code} {text}")
    return stream.last("summary").counts


def record(run, messages, daemon, who):
    """What a client says when it imports the rows."""
    import grpc

    import_id = str(uuid.UUID(int=run.random.getrandbits(128), version=4))
    path = run.path(f"{who}.sock")
    cutter = Cutter(path, daemon.socket)
    if who == "muster":
        file = run.path("rows.csv")
        with open(file, "w") as rows:
            rows.writelines(",".join(row) + "\n" for row in [COLUMNS, *ROWS])
        proxied = copy.copy(daemon)
        proxied.socket = path
        proxied.import_file(file, "--import-id", import_id)
    else:
        with grpc.insecure_channel(f"unix:{path}") as channel:
            stub = messages.services.ImportServiceStub(channel)
            stream = Stream(stub, messages.begin(columns=COLUMNS, import_id=import_id))
            stream.wait_for_accepted()
            stream.send(messages.chunk(0, ROWS))
            stream.send(messages.finish(len(ROWS)))
            stream.half_close()
            code, text = stream.wait_for_end()
            expect(code == "OK", f"the recorded import ended with {code} {text}")
    cutter.close()
    return Speech(max(cutter.spoken, key=len), import_id)


def truncate(run, messages, stub, daemon, speech, offset, by):
    """Cuts an import at an offset, then goes on with it."""
    import_id = str(uuid.UUID(int=run.random.getrandbits(128), version=4))
    opening, body = speech.opened(import_id)
    if by == "connection":
        say(daemon.socket, opening + frame(SETTINGS, ACK, 0) + frame(DATA, 0, speech.stream, body[:offset]))
    else:
        last = frame(DATA, END_STREAM, speech.stream, body[:offset])
        say_and_listen(daemon.socket, opening + frame(SETTINGS, ACK, 0) + last, speech.stream)
    state = state_of(messages, stub, import_id)
    expect(state in ("OPEN", "RUNNING", None),
           f"cut at {offset} by its {by}, the import is {state}")
    counts = go_on(messages, stub, import_id)
    # The members are there already: each import says the same rows.
    expect(counts.received == counts.unchanged == counts.committed == len(ROWS),
           f"cut at {offset} by its {by}, the completed import counts {counts}")
    state = state_of(messages, stub, import_id)
    expect(state == "FINISHED", f"after it was completed the import is {state}")


def state_of(messages, stub, import_id):
    """The state of an import; None if the daemon does not know it."""
    import grpc

    try:
        answer = stub.GetImport(messages.wire.GetImportRequest(import_id=import_id), timeout=RETRY_SECONDS_MAX)
    except grpc.RpcError as error:
        expect(error.code() == grpc.StatusCode.NOT_FOUND, f"GetImport: {error.details()}")
        return None
    name = messages.wire.ImportState.Name(answer.state)
    return name.removeprefix("IMPORT_STATE_")


def test(run):
    import grpc

    if run.short:
        del ROWS[ROWS_SHORT:]
    messages = Messages(run.directory)
    daemon = run.daemon().start()
    cuts = 0
    with grpc.insecure_channel(f"unix:{daemon.socket}") as channel:
        stub = messages.services.ImportServiceStub(channel)
        for who in ("muster", "grpcio"):
            speech = record(run, messages, daemon, who)
            for offset in speech.offsets:
                for by in ("connection", "stream"):
                    truncate(run, messages, stub, daemon, speech, offset, by)
                    cuts += 1
    expect(daemon.stop() == 0, "the daemon does not end in order")
    return f"{cuts} cuts of the last two messages of muster and grpcio: all stay open, and go on"


if __name__ == "__main__":
    in_environment()
    main(__doc__, test, ["takes-end-for-finish"])
