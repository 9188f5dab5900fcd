internal import Glibc
internal import MusterCore

/// The directory of a socket, in which nobody but the daemon's user and root may put another socket
/// in the place of ours.
///
/// A directory that everybody may write to, as the volumes of Kubernetes that containers share
/// are, holds no socket of ours. In one like that the daemon makes a directory of its own.
final class SocketDirectory {
  private let path: String
  private let permissions: SocketPermissions
  private let descriptor: Int32
  /// Whether its own mode keeps others out until it is opened to them.
  private let isOwn: Bool

  /// Finds the directory, or makes it in one that everybody may write to.
  ///
  /// - Parameters:
  ///   - socket: The socket's path.
  ///   - permissions: Who is to reach the socket.
  /// - Throws: `failedPrecondition` if others could replace the socket.
  init(of socket: String, _ permissions: SocketPermissions) throws(StoreError) {
    path = FilePath.directory(of: socket)
    self.permissions = permissions
    let parent = FilePath.directory(of: path)
    let isInShared = path != "." && Self.entry(parent)?.isFreeForAll ?? false
    isOwn = isInShared
    if isInShared, unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
      throw Self.systemError("The directory \(path) of the socket cannot be made")
    }
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (isInShared ? O_NOFOLLOW : 0)
    descriptor = unsafe Glibc.open(path, flags)
    guard descriptor >= 0 else {
      if isInShared, errno == ENOTDIR || errno == ELOOP { throw Self.notOurs(path) }
      // Whoever makes the lock in it says what is wrong.
      return
    }
    try check(socket)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  private func check(_ socket: String) throws(StoreError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw Self.systemError("The directory \(path) of the socket cannot be looked at")
    }
    let entry = DirectoryTrust.Entry(owner: status.st_uid, mode: status.st_mode & 0o7777)
    if isOwn {
      guard entry.owner == geteuid(), !entry.isShared else { throw Self.notOurs(path) }
      return
    }
    guard !entry.isFreeForAll else {
      let name = socket.split(separator: "/").last ?? ""
      throw StoreError(
        .failedPrecondition,
        "Others may write to the directory \(path) of the socket, and so put a socket of theirs in"
          + " its place; name one in a directory that musterd makes there itself:"
          + " \(path)/muster/\(name)")
    }
    guard !permissions.isOpened || entry.owner == geteuid() || entry.owner == 0 else {
      throw StoreError(
        .failedPrecondition,
        "The directory \(path) of the socket belongs to another user, who could put a socket of"
          + " theirs in its place; a socket that is opened to others (socket.mode, socket.group)"
          + " needs a directory that is the daemon's own.")
    }
  }

  /// Lets those through who may use the socket; to be called when that has its own permissions.
  ///
  /// - Throws: `failedPrecondition` if another directory stands in its place by now.
  func open() throws(StoreError) {
    guard isOwn, descriptor >= 0 else { return }
    var (here, held) = (stat(), stat())
    guard unsafe lstat(path, &here) == 0, unsafe fstat(descriptor, &held) == 0,
      here.st_dev == held.st_dev, here.st_ino == held.st_ino
    else { throw Self.notOurs(path) }
    if let group = permissions.group, fchown(descriptor, .max, group) != 0 {
      throw Self.systemError("The directory \(path) of the socket cannot be given to its group")
    }
    guard fchmod(descriptor, mode_t(permissions.directoryMode)) == 0 else {
      throw Self.systemError("The mode of the directory \(path) of the socket cannot be set")
    }
  }

  private static func entry(_ path: String) -> DirectoryTrust.Entry? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return DirectoryTrust.Entry(owner: status.st_uid, mode: status.st_mode & 0o7777)
  }

  private static func notOurs(_ path: String) -> StoreError {
    StoreError(
      .failedPrecondition,
      "\(path) lies in a directory that others may write to, and is not a directory that only the"
        + " daemon's own user may write to; move it away, or name another one.")
  }

  private static func systemError(_ what: String) -> StoreError {
    StoreError(.unavailable, "\(what): \(unsafe String(cString: strerror(errno))).")
  }
}
