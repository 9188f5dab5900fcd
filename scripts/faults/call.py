"""One call to a daemon without a gRPC library: HTTP/2 by hand, as little of it as that takes."""
import socket
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS = 0, 1, 4
END_STREAM, END_HEADERS = 1, 4


def frame(kind, flags, stream, payload=b""):
    """The bytes of a frame (RFC 9113, section 4.1)."""
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def field(name, value):
    """A header field, literal and never indexed (RFC 7541, section 6.2.3); both under 127 bytes."""
    return bytes([0x10, len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def request(path, message=b""):
    """The bytes of a whole unary call on a new connection."""
    fields = [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
              ("content-type", "application/grpc"), ("te", "trailers")]
    headers = b"".join(field(name, value) for name, value in fields)
    body = struct.pack(">BI", 0, len(message)) + message
    return (PREFACE + frame(SETTINGS, 0, 0) + frame(HEADERS, END_HEADERS, 1, headers)
            + frame(DATA, END_STREAM, 1, body))


def read_exactly(connection, count):
    taken = b""
    while len(taken) < count:
        part = connection.recv(count - len(taken))
        if not part:
            raise ConnectionError("the daemon hung up")
        taken += part
    return taken


def answers(path_of_socket, path, seconds=10):
    """Whether a daemon answers a call with a message: false for a refusal, and for no daemon."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(seconds)
            connection.connect(path_of_socket)
            connection.sendall(request(path))
            while True:
                head = read_exactly(connection, 9)
                length = int.from_bytes(head[:3], "big")
                read_exactly(connection, length)
                if head[3] == DATA and length > 0:
                    return True
                if head[3] == HEADERS and head[4] & END_STREAM:
                    return False
    except OSError:
        return False
