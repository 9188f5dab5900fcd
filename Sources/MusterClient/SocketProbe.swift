internal import Glibc

/// Connects to a socket once, to say at once and in words why nobody answers; gRPC's own connector
/// tries again and again instead.
package enum SocketProbe {
  /// Linux' `struct ucred`, which Swift does not see.
  private struct Credentials {
    var pid: Int32 = 0
    var uid: UInt32 = 0
    var gid: UInt32 = 0

    /// SO_PEERCRED on Linux.
    static let socketOption: Int32 = 17
  }

  /// - Throws: `unavailable` if nobody listens, `permissionDenied` if this user may not connect,
  ///   `invalidArgument` for a path that cannot be a socket's.
  static func check(_ path: String) throws(MusterClientError) {
    var address = try address(of: path)
    if let failure = connect(to: &address, { _ in }) { throw explanation(of: failure, path) }
  }

  /// The process of this user that listens on a socket; nil if nobody does, or somebody else's.
  package static func ownListener(_ path: String) -> Int32? {
    guard var address = try? address(of: path) else { return nil }
    var listener = Credentials()
    let failure = connect(to: &address) { socket in
      var size = socklen_t(MemoryLayout<Credentials>.size)
      _ = unsafe getsockopt(socket, SOL_SOCKET, Credentials.socketOption, &listener, &size)
    }
    return failure == nil && listener.pid > 0 && listener.uid == geteuid() ? listener.pid : nil
  }

  private static func address(of path: String) throws(MusterClientError) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard !path.isEmpty, path.utf8.count < room, !path.utf8.contains(0) else {
      throw MusterClientError(
        code: .invalidArgument,
        message: path.isEmpty
          ? "The socket's path is empty; name the socket that musterd listens on."
          : "The socket's path \(path) has \(path.utf8.count) bytes, and a socket's may have "
            + "\(room - 1); name a shorter one, or a link to it.")
    }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    return address
  }

  /// Connects, and shows the connected socket to a closure.
  ///
  /// - Returns: The error number of a failed connection; nil if somebody listens.
  private static func connect(to address: inout sockaddr_un, _ body: (Int32) -> Void) -> Int32? {
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
    guard result == 0 || errno == EAGAIN || errno == EINPROGRESS else { return errno }
    body(socket)
    return nil
  }

  private static func isSocket(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
  }

  private static func explanation(of failure: Int32, _ path: String) -> MusterClientError {
    switch failure {
    case ENOENT, ENOTDIR:
      MusterClientError(
        code: .unavailable,
        message: "There is no socket at \(path); start musterd, or name the socket it listens on.")
    case ECONNREFUSED where !isSocket(path):
      MusterClientError(
        code: .unavailable,
        message: "\(path) is no socket; name the one that musterd listens on.")
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
