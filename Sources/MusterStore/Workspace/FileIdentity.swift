internal import Glibc

/// Which file a path leads to.
struct FileIdentity: Equatable {
  private let device: dev_t
  private let inode: ino_t

  /// nil if there is no such file.
  init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    device = status.st_dev
    inode = status.st_ino
  }
}
