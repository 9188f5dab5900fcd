internal import Glibc

/// A file that gets its name when it is complete: a reader never sees half of it, and what was
/// there before stays until then. Only its owner may read it, since it holds what members sent.
///
/// What is no regular file (a device, a pipe, a link) is kept and written in place.
struct NewFile: ~Copyable {
  let path: String
  let descriptor: Int32
  /// nil for what keeps its name.
  private let temporaryPath: String?
  private var isComplete = false

  init(_ path: String) throws(CommandFailure) {
    self.path = path
    var status = stat()
    let exists = unsafe lstat(path, &status) == 0
    if exists && status.st_mode & S_IFMT != S_IFREG {
      temporaryPath = nil
      descriptor = unsafe open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
    } else {
      let beside = "\(path).part-\(getpid())"
      temporaryPath = beside
      descriptor = unsafe open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
    guard descriptor >= 0 else { throw .system("Writing \(path) failed") }
  }

  deinit {
    close(descriptor)
    if let temporaryPath, !isComplete { unsafe unlink(temporaryPath) }
  }

  /// Gives the file its name, once all its bytes are written.
  mutating func complete() throws(CommandFailure) {
    guard let temporaryPath else { return }
    guard fsync(descriptor) == 0, unsafe rename(temporaryPath, path) == 0 else {
      throw .system("Writing \(path) failed")
    }
    isComplete = true
  }
}
