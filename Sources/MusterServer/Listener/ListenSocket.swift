internal import Glibc
internal import MusterCore
internal import MusterFaults
internal import MusterFiles

/// A listening Unix socket: one that we made ourselves, or that a service manager handed to us.
///
/// Source: Library facts, "gRPC": lock file, never unlinked; a dead socket is replaced, a live one
/// is not; bound under umask 0077, so that nobody else can connect before it is meant to be so;
/// opened to others last, and only where nobody but the daemon and root can put another file in its
/// place.
struct ListenSocket: ~Copyable {
  let path: String
  /// The listening descriptor; the transport closes it.
  let descriptor: Int32
  /// nil for a socket that was handed to us: who made it looks after its path.
  private let own: Own?

  /// What makes a socket's path ours.
  private struct Own {
    var lock: Int32
    var inode: ino_t
  }

  /// Connections that wait to be accepted.
  private static let backlog: Int32 = 1024
  /// Bytes of a path in `struct sockaddr_un`, without the NUL at its end.
  static let pathBytesMax = 107

  /// - Throws: `invalidArgument` for a path that is too long, `failedPrecondition` if a daemon
  ///   listens there or something else stands there, or if others could replace a socket that is
  ///   to be opened, `unavailable` if the system says no.
  init(
    path: String, permissions: SocketPermissions = SocketPermissions()
  ) throws(StoreError) {
    guard path.utf8.count <= Self.pathBytesMax else {
      throw StoreError(
        .invalidArgument,
        "The socket path \(path) has \(path.utf8.count) bytes; at most \(Self.pathBytesMax) fit.")
    }
    umask(0o077)
    let directory = try SocketDirectory(of: path, permissions)
    let taken = try Self.lock(path + ".lock", of: path)
    let made: Int32
    do throws(StoreError) {
      try Self.removeDeadSocket(path)
      made = try Self.listen(path, permissions)
      do throws(StoreError) {
        // Nobody who may use the socket comes through before it has its own group and mode.
        try directory.open()
      } catch {
        close(made)
        unsafe unlink(path)
        throw error
      }
    } catch {
      close(taken)
      throw error
    }
    var status = stat()
    let found = unsafe stat(path, &status) == 0
    self.path = path
    descriptor = made
    own = Own(lock: taken, inode: found ? status.st_ino : 0)
  }

  /// Takes a socket that a service manager made and listens on; its path and mode stay as they are.
  ///
  /// - Throws: `failedPrecondition` if it is no Unix stream socket that listens at a path.
  init(handedOver descriptor: Int32) throws(StoreError) {
    guard let path = Self.listeningPath(descriptor) else {
      throw StoreError(
        .failedPrecondition,
        "What the service manager handed over (descriptor \(descriptor)) is no Unix stream socket"
          + " that listens at a path; the socket unit needs ListenStream=/PATH and Accept=no.")
    }
    // No child of ours is to keep it open.
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    self.path = path
    self.descriptor = descriptor
    own = nil
  }

  deinit { if let own { close(own.lock) } }

  /// Takes the socket's file away, if it is still ours.
  func remove() {
    var status = stat()
    guard let own, unsafe lstat(path, &status) == 0, status.st_ino == own.inode else { return }
    unsafe unlink(path)
  }

  /// Where a descriptor listens; nil if it is no Unix stream socket that does.
  private static func listeningPath(_ descriptor: Int32) -> String? {
    guard option(SO_DOMAIN, of: descriptor) == AF_UNIX,
      option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue),
      option(SO_ACCEPTCONN, of: descriptor) == 1
    else { return nil }
    var address = sockaddr_un()
    var length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &length)
      }
    }
    guard code == 0 else { return nil }
    let bytes = unsafe withUnsafeBytes(of: &address.sun_path) { buffer in
      unsafe Array(buffer.prefix { $0 != 0 })
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    return unsafe getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
  }

  private static func systemError(_ what: String) -> StoreError {
    StoreError(.unavailable, "\(what): \(unsafe String(cString: strerror(errno))).")
  }

  private static func lock(_ file: String, of path: String) throws(StoreError) -> Int32 {
    let lock: Int32
    do throws(FileFailure) {
      lock = try KeptFile.open(FileName(file), .readWrite)
    } catch {
      guard error.code == ENOENT else { throw StoreError(.unavailable, error.message) }
      throw StoreError(
        .unavailable,
        "The directory of the socket \(path) is not there; make it, or name another socket.")
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 || Mutant.sharesLocks.isOn else {
      close(lock)
      throw StoreError(
        .failedPrecondition, "Another musterd listens on \(path); stop that one first.")
    }
    return lock
  }

  private static func removeDeadSocket(_ path: String) throws(StoreError) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK, status.st_uid == geteuid() else {
      throw StoreError(
        .failedPrecondition, "Something that is no socket of ours stands at \(path); move it away.")
    }
    let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard probe >= 0 else { throw systemError("A socket cannot be made") }
    defer { close(probe) }
    if unsafe withAddress(path, { unsafe connect(probe, $0, $1) }) == 0 {
      throw StoreError(.failedPrecondition, "A process listens on \(path); stop that one first.")
    }
    guard errno == ECONNREFUSED else { throw systemError("The socket \(path) cannot be tried") }
    guard unsafe unlink(path) == 0 else {
      throw systemError("The dead socket \(path) cannot be removed")
    }
  }

  private static func listen(
    _ path: String, _ permissions: SocketPermissions
  ) throws(StoreError) -> Int32 {
    let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard made >= 0 else { throw systemError("A socket cannot be made") }
    guard unsafe withAddress(path, { unsafe bind(made, $0, $1) }) == 0 else {
      let error = systemError("The socket \(path) cannot be bound")
      close(made)
      throw error
    }
    // Nobody can connect before listen(): the mode is right from the first connection on.
    do throws(StoreError) {
      try SocketOpening.open(path, to: permissions)
      guard Glibc.listen(made, backlog) == 0 else {
        throw systemError("The socket \(path) cannot be listened on")
      }
    } catch {
      close(made)
      unsafe unlink(path)
      throw error
    }
    return made
  }

  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { buffer in
      for (place, byte) in path.utf8.enumerated() where place < buffer.count - 1 {
        unsafe buffer[place] = byte
      }
    }
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
