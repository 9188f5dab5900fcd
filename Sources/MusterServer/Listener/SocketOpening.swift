internal import Glibc
internal import MusterCore

/// Gives the file of a socket the group and mode of its permissions.
enum SocketOpening {
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
