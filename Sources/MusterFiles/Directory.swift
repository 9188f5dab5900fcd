internal import Glibc

/// A directory that is opened once: whatever becomes of its path, its files are found by it.
package final class Directory: Sendable {
  let descriptor: Int32
  /// The path that it was opened by, for messages.
  let path: FileName

  /// Opens a directory.
  ///
  /// A symbolic link on the way is followed if this user or root made it: another user's may lead
  /// anywhere.
  ///
  /// - Parameter follows: Whether links of others are followed, too.
  package init(_ path: FileName, follows: Bool = false) throws(FileFailure) {
    self.path = path
    var walk = try DirectoryWalk(path, from: nil, follows: follows)
    try walk.finish()
    descriptor = try Self.opened(walk.descriptor, path)
  }

  /// Opens what a link in a directory leads to.
  init(_ path: FileName, from other: Directory, follows: Bool) throws(FileFailure) {
    self.path = path
    var walk = try DirectoryWalk(path, from: other.descriptor, follows: follows)
    try walk.finish()
    descriptor = try Self.opened(walk.descriptor, path)
  }

  deinit { close(descriptor) }

  /// Opens the directory that a walk has found so that it can be synced, if it may be read.
  private static func opened(_ found: Int32, _ path: FileName) throws(FileFailure) -> Int32 {
    let readable = unsafe openat(found, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if readable >= 0 { return readable }
    let kept = fcntl(found, F_DUPFD_CLOEXEC, 0)
    guard kept >= 0 else { throw .system("Opening the directory \(path.shown) failed") }
    return kept
  }

  /// What stands under a name in it, the link itself if it is one.
  func found(_ name: FileName) -> FoundFile? { FoundFile.at(name, in: descriptor) }

  /// Whether it is the machine's directory of devices, in which no file is made.
  var isDevices: Bool {
    guard let devices = FoundFile.at(FileName("/dev"), in: AT_FDCWD),
      let own = FoundFile.of(descriptor: descriptor)
    else { return false }
    return own.isSame(as: devices)
  }

  /// What a link in it says; nil if it is none.
  func target(of name: FileName) -> FileName? { DirectoryWalk.target(of: name, in: descriptor) }

  /// Makes the names in it survive a power loss, where it may be read and its file system can.
  func sync() throws(FileFailure) {
    guard fsync(descriptor) != 0, errno != EINVAL, errno != EBADF else { return }
    throw .system("Syncing the directory \(path.shown) failed")
  }

  /// Removes a name from it.
  func remove(_ name: FileName) {
    _ = unsafe name.withCString { unsafe unlinkat(descriptor, $0, 0) }
  }
}
