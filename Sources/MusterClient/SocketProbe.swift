internal import Glibc

/// Connects to a socket once, to say at once and in words why nobody answers; gRPC's own connector
/// tries again and again instead.
enum SocketProbe {
  /// - Throws: `unavailable` if nobody listens, `permissionDenied` if this user may not connect,
  ///   `invalidArgument` for a path that cannot be a socket's.
  static func check(_ path: String) throws(MusterClientError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard !path.isEmpty, path.utf8.count < room, !path.utf8.contains(0) else {
      throw MusterClientError(
        code: .invalidArgument,
        message: "The socket's path has \(path.utf8.count) bytes; it needs 1 to \(room - 1).")
    }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    if let failure = connect(to: &address) { throw explanation(of: failure, path) }
  }

  /// The error number of a failed connection; nil if somebody listens.
  private static func connect(to address: inout sockaddr_un) -> Int32? {
    let flags = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let socket = socket(AF_UNIX, Int32(flags), 0)
    guard socket >= 0 else { return errno }
    defer { close(socket) }
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    // A full queue of connections (EAGAIN) has somebody at its other end.
    return result == 0 || errno == EAGAIN || errno == EINPROGRESS ? nil : errno
  }

  private static func explanation(of failure: Int32, _ path: String) -> MusterClientError {
    switch failure {
    case ENOENT, ENOTDIR:
      MusterClientError(
        code: .unavailable,
        message: "There is no socket at \(path); start musterd, or name the socket it listens on.")
    case ECONNREFUSED:
      MusterClientError(
        code: .unavailable,
        message: "Nobody listens on the socket \(path); start musterd, or name another socket.")
    case EACCES, EPERM:
      MusterClientError(
        code: .permissionDenied,
        message: "This user may not connect to the socket \(path); ask for access to it.")
    default:
      MusterClientError(
        code: .unavailable,
        message: "Connecting to the socket \(path) failed (error \(failure)); is it musterd's?")
    }
  }
}
