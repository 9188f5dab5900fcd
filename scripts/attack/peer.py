"""HTTP/2 by hand: connections that send what no library would, and read as little as they like."""

import collections
import select
import socket
import struct
import time
import urllib.parse

from call import DATA, END_HEADERS, END_STREAM, HEADERS, PREFACE, SETTINGS, field, frame

PRIORITY, RST_STREAM, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 2, 3, 6, 7, 8, 9
ACK = 1
MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE = 3, 4, 5
STREAM_HEADERS = [
    (":method", "POST"),
    (":scheme", "http"),
    (":authority", "localhost"),
    ("content-type", "application/grpc"),
    ("te", "trailers"),
]
# What waits in a peer to be written; more is made only when there is room.
OUT_BYTES_MAX = 1 << 20
NAMES = (
    "OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS"
    " PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE"
    " UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED"
).split()


def long_field(name, value):
    """A header field of any length, literal and never indexed (RFC 7541, section 6.2.3)."""

    def text(octets):
        rest, head = len(octets) - 127, b""
        if rest < 0:
            return bytes([len(octets)]) + octets
        head = bytes([127])
        while rest >= 128:
            head += bytes([rest % 128 + 128])
            rest //= 128
        return head + bytes([rest]) + octets

    return b"\x10" + text(name.encode()) + text(value.encode())


def block(path, extra=(), without=()):
    """The header block of a call."""
    fields = [*STREAM_HEADERS[:2], (":path", path), *STREAM_HEADERS[2:]]
    return b"".join(field(name, value) for name, value in fields if name not in without) + b"".join(
        long_field(name, value) for name, value in extra
    )


def message(octets, flag=0):
    """A gRPC message: its flag, its length and its bytes."""
    return struct.pack(">BI", flag, len(octets)) + octets


class Call:
    """One stream of a peer: what waits to be sent, and what has been answered."""

    def __init__(self, window):
        self.pending = collections.deque()
        self.ends = False
        self.is_sent = False
        self.window = window
        self.fields = {}
        self.received_bytes = 0
        self.body = None
        self.reset = None
        self.is_over = False

    @property
    def status(self):
        """The name of the gRPC status; what else ended the stream; None while it runs."""
        if "grpc-status" in self.fields:
            return NAMES[int(self.fields["grpc-status"])]
        if self.reset is not None:
            return f"RST_STREAM {self.reset}"
        if self.is_over:
            return f"HTTP {self.fields.get(':status', '?')} without a status"
        return None

    @property
    def said(self):
        return urllib.parse.unquote(self.fields.get("grpc-message", ""))


class Peer:
    """One connection to a daemon.

    reads: whether it takes what the daemon sends. grants: whether it lets the daemon send more than
    the first window. window: what it grants for each stream at first.
    """

    def __init__(self, path, *, window=None, reads=True, grants=True, keeps=False, starts=True):
        import hpack

        self.decoder = hpack.Decoder()
        self.socket = socket.socket(socket.AF_UNIX)
        self.reads, self.grants, self.keeps = reads, grants, keeps
        self.out = collections.deque()
        self.out_bytes = 0
        self.inbox = bytearray()
        self.header_block = b""
        self.calls = {}
        self.next_stream = 1
        self.window, self.initial_window, self.frame_bytes_max = 65_535, 65_535, 16_384
        self.streams_max = None
        self.goaway = None
        self.closed = None
        self.sent_bytes = 0
        self.pongs = 0
        # Whether it answers PINGs.
        self.answers = True
        self.is_settled = False
        try:
            self.socket.settimeout(5)
            self.socket.connect(path)
        except OSError as error:
            self.closed = f"connect: {error.strerror or error}"
        self.socket.setblocking(False)
        if starts:
            settings = b"" if window is None else struct.pack(">HI", INITIAL_WINDOW_SIZE, window)
            self.send(PREFACE + frame(SETTINGS, 0, 0, settings))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()
        self.closed = self.closed or "closed here"

    def send(self, octets):
        """Bytes to be written when there is room for them."""
        self.out.append(memoryview(octets))
        self.out_bytes += len(octets)

    def call(self, path, *messages, ends=True, extra=(), without=(), raw=None):
        """Begins a call with messages, as bytes of protobuf; it is done by pump()."""
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        call = self.calls[stream] = Call(self.initial_window)
        call.stream = stream
        flags = END_HEADERS | (END_STREAM if ends and not messages and raw is None else 0)
        self.send(frame(HEADERS, flags, stream, block(path, extra, without)))
        call.is_sent = bool(flags & END_STREAM)
        for octets in messages:
            self.add(call, message(octets))
        if raw is not None:
            self.add(call, raw)
        call.ends = ends
        return call

    def add(self, call, octets):
        """More bytes of DATA for a call, as its windows let them go."""
        call.pending.append(memoryview(octets))

    def end(self, call):
        call.ends = True

    def fill(self):
        """Makes frames of what waits, as far as the windows go."""
        for call in self.calls.values():
            while call.pending and self.out_bytes < OUT_BYTES_MAX:
                part = call.pending[0]
                room = min(self.window, call.window, self.frame_bytes_max, len(part))
                if room <= 0:
                    break
                last = room == len(part)
                flags = END_STREAM if last and len(call.pending) == 1 and call.ends else 0
                self.send(head(DATA, flags, call.stream, room))
                self.send(part[:room])
                self.window -= room
                call.window -= room
                call.is_sent = call.is_sent or bool(flags)
                if last:
                    call.pending.popleft()
                else:
                    call.pending[0] = part[room:]
            if call.ends and not call.pending and not call.is_sent and not call.is_over:
                self.send(frame(DATA, END_STREAM, call.stream))
                call.is_sent = True

    @property
    def wants_to_write(self):
        if self.closed:
            return False
        self.fill()
        return bool(self.out)

    def write(self):
        try:
            while self.out:
                count = self.socket.send(self.out[0])
                self.sent_bytes += count
                self.out_bytes -= count
                if count == len(self.out[0]):
                    self.out.popleft()
                else:
                    self.out[0] = self.out[0][count:]
        except BlockingIOError:
            pass
        except OSError as error:
            self.closed = f"write: {error.strerror}"

    def read(self):
        try:
            octets = self.socket.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError as error:
            self.closed = f"read: {error.strerror}"
            return
        if not octets:
            self.closed = "end"
            return
        self.inbox += octets
        at = 0
        while len(self.inbox) - at >= 9:
            length = int.from_bytes(self.inbox[at : at + 3], "big")
            if len(self.inbox) - at < 9 + length:
                break
            kind, flags = self.inbox[at + 3], self.inbox[at + 4]
            stream = int.from_bytes(self.inbox[at + 5 : at + 9], "big") & 0x7FFFFFFF
            self.received(kind, flags, stream, bytes(self.inbox[at + 9 : at + 9 + length]))
            at += 9 + length
        del self.inbox[:at]

    def received(self, kind, flags, stream, payload):
        call = self.calls.get(stream)
        if kind == DATA:
            if call:
                call.received_bytes += len(payload)
                if self.keeps:
                    call.body = (call.body or b"") + payload
                call.is_over = call.is_over or bool(flags & END_STREAM)
            if self.grants and payload:
                for number in (0, stream):
                    self.send(frame(WINDOW_UPDATE, 0, number, struct.pack(">I", len(payload))))
        elif kind in (HEADERS, CONTINUATION):
            self.header_block += payload
            if kind == HEADERS and call and flags & END_STREAM:
                call.is_over = True
            if flags & END_HEADERS:
                fields = self.decoder.decode(self.header_block)
                self.header_block = b""
                if call:
                    call.fields.update(fields)
        elif kind == SETTINGS and not flags & ACK:
            self.settled(payload)
        elif kind == WINDOW_UPDATE:
            count = int.from_bytes(payload, "big")
            if stream == 0:
                self.window += count
            elif call:
                call.window += count
        elif kind == PING and flags & ACK:
            self.pongs += 1
        elif kind == PING and self.answers:
            self.send(frame(PING, ACK, 0, payload))
        elif kind == RST_STREAM and call:
            call.reset, call.is_over = int.from_bytes(payload, "big"), True
            call.pending.clear()
        elif kind == GOAWAY:
            self.goaway = (int.from_bytes(payload[4:8], "big"), payload[8:].decode(errors="replace"))

    def settled(self, payload):
        for at in range(0, len(payload), 6):
            name, value = struct.unpack(">HI", payload[at : at + 6])
            if name == INITIAL_WINDOW_SIZE:
                for call in self.calls.values():
                    call.window += value - self.initial_window
                self.initial_window = value
            elif name == MAX_FRAME_SIZE:
                self.frame_bytes_max = value
            elif name == MAX_CONCURRENT_STREAMS:
                self.streams_max = value
        self.is_settled = True
        self.send(frame(SETTINGS, ACK, 0))

    def pump(self, seconds, until=None):
        """Sends and reads until something holds, or the time is over: whether it holds."""
        return pump([self], seconds, until)

    def answer(self, path, *messages, seconds=60, **options):
        """A whole call: the call with its status, or with none if the time is over first."""
        call = self.call(path, *messages, **options)
        self.pump(seconds, lambda: call.status or self.closed)
        return call


def head(kind, flags, stream, length):
    return struct.pack(">I", length)[1:] + struct.pack(">BBI", kind, flags, stream)


def pump(peers, seconds, until=None):
    """Sends and reads on all peers until something holds, or the time is over: whether it holds."""
    end = time.monotonic() + seconds
    poll = select.poll()
    known = {}
    for peer in peers:
        if not peer.closed:
            known[peer.socket.fileno()] = [peer, None]
    is_first = True
    while True:
        if until and until():
            return True
        # Whatever the time, everything that can be sent and read at once is.
        if (time.monotonic() >= end and not is_first) or not known:
            return bool(until and until())
        is_first = False
        for number, entry in list(known.items()):
            peer, before = entry
            if peer.closed:
                poll.unregister(number)
                del known[number]
                continue
            events = (select.POLLIN if peer.reads else 0) | (select.POLLOUT if peer.wants_to_write else 0)
            if events != before:
                poll.register(number, events)
                entry[1] = events
        for number, events in poll.poll(50 if seconds else 0):
            peer = known[number][0]
            if events & select.POLLOUT:
                peer.write()
            if events & (select.POLLIN | select.POLLHUP | select.POLLERR) and not peer.closed:
                peer.read()


def counted(names):
    """Names with how often each is there: "RESOURCE_EXHAUSTED x 12, OK"."""
    counts = collections.Counter(str(name) for name in names)
    return ", ".join(name if count == 1 else f"{name} x {count}" for name, count in counts.most_common())
