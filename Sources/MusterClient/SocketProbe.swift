internal import Glibc

/// Connects to a socket once, to say in words why nobody answers; gRPC's own connector tries again
/// and again instead.
package enum SocketProbe {
  /// Linux' `struct ucred`, which Swift does not see.
  private struct Credentials {
    var pid: Int32 = 0
    var uid: UInt32 = 0
    var gid: UInt32 = 0

    /// SO_PEERCRED on Linux.
    static let socketOption: Int32 = 17
  }

  /// Connects to a socket, without blocking.
  ///
  /// - Returns: The descriptor, which the caller closes, and whether it is connected: a socket
  ///   whose queue of connections is full has somebody at its other end, who takes none now.
  /// - Throws: `unavailable` if nobody listens, `permissionDenied` if this user may not connect,
  ///   `invalidArgument` for a path that cannot be a socket's.
  static func open(
    _ path: String
  ) throws(MusterClientError) -> (descriptor: Int32, isConnected: Bool) {
    var address = try address(of: path)
    let flags = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let socket = socket(AF_UNIX, Int32(flags), 0)
    guard socket >= 0 else { throw explanation(of: errno, path) }
    guard let failure = connect(socket, to: &address) else { return (socket, true) }
    if failure == EAGAIN { return (socket, false) }
    close(socket)
    throw explanation(of: failure, path)
  }

  /// The process of this user that listens on a socket; nil if nobody does, or somebody else's.
  package static func ownListener(_ path: String) -> Int32? {
    guard let (socket, _) = try? open(path) else { return nil }
    defer { close(socket) }
    var listener = Credentials()
    var size = socklen_t(MemoryLayout<Credentials>.size)
    _ = unsafe getsockopt(socket, SOL_SOCKET, Credentials.socketOption, &listener, &size)
    return listener.pid > 0 && listener.uid == geteuid() ? listener.pid : nil
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

  /// - Returns: The error number of a failed connection; nil if it is connected.
  private static func connect(_ socket: Int32, to address: inout sockaddr_un) -> Int32? {
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return result == 0 ? nil : errno
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
