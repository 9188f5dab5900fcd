internal import Glibc
internal import MusterCore

/// Gives the file of a socket the group and mode of its permissions.
enum SocketOpening {
  /// Makes sure that nobody but the daemon's user and root can put another file at the path.
  ///
  /// - Throws: `failedPrecondition`.
  static func checkDirectory(of path: String) throws(StoreError) {
    let directory = FilePath.directory(of: path)
    var status = stat()
    guard unsafe stat(directory, &status) == 0 else { return }
    let isOurs = status.st_uid == geteuid() || status.st_uid == 0
    let isShared = status.st_mode & 0o022 != 0 && status.st_mode & S_ISVTX == 0
    guard isOurs, !isShared else {
      throw StoreError(
        .failedPrecondition,
        "The directory \(directory) of the socket belongs to another user, or others may write to"
          + " it and so put a socket of theirs in its place; a socket that is opened to others"
          + " (socket.mode, socket.group) needs a directory that is the daemon's own.")
    }
  }

  /// Sets the group first, then the mode: the other way round, the wrong group could use it.
  ///
  /// - Throws: `failedPrecondition` for a group that the daemon may not give it to, else
  ///   `unavailable`.
  static func open(_ path: String, to permissions: SocketPermissions) throws(StoreError) {
    if let group = permissions.group, unsafe lchown(path, .max, group) != 0 {
      guard errno == EPERM else { throw systemError(path) }
      throw StoreError(
        .failedPrecondition,
        "The socket \(path) cannot be given to group \(group), because the daemon's user is not in"
          + " it; add it to that group, or choose another one (socket.group).")
    }
    guard unsafe chmod(path, mode_t(permissions.mode)) == 0 else { throw systemError(path) }
  }

  private static func systemError(_ path: String) -> StoreError {
    StoreError(
      .unavailable,
      "The mode of the socket \(path) cannot be set: \(unsafe String(cString: strerror(errno))).")
  }
}
