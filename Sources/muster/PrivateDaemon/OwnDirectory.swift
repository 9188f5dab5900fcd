internal import Glibc
internal import MusterCore

/// Directories that belong to this user alone.
enum OwnDirectory {
  /// Whether it is a directory of this user's that nobody else may write to.
  static func isOwn(_ path: String) -> Bool { problem(path) == nil }

  /// Makes a directory with mode 0700, and those above it that are missing.
  ///
  /// - Throws: `CommandFailure` if it cannot be made, or is not this user's alone.
  static func make(_ path: String) throws {
    try makeAll(path[...])
    if let problem = problem(path) { throw CommandFailure(problem) }
  }

  private static func makeAll(_ path: Substring) throws {
    if unsafe mkdir(String(path), 0o700) == 0 || errno == EEXIST { return }
    let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    guard errno == ENOENT, !parent.isEmpty else {
      throw CommandFailure.system("The directory \(path) cannot be made")
    }
    try makeAll(parent)
    guard unsafe mkdir(String(path), 0o700) == 0 || errno == EEXIST else {
      throw CommandFailure.system("The directory \(path) cannot be made")
    }
  }

  /// What is wrong with a directory, as a sentence; nil if it is this user's alone.
  private static func problem(_ path: String) -> TerminalText? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      return unsafe "The directory \(path) cannot be used: \(String(cString: strerror(errno)))."
    }
    if status.st_mode & S_IFMT != S_IFDIR {
      return "\(path) is no directory; move it away, a private daemon needs one there."
    }
    if status.st_uid != geteuid() {
      return
        "The directory \(path) belongs to another user (uid \(status.st_uid)); a private daemon "
        + "needs one of its own. Move it away, or start musterd and name its socket with --socket."
    }
    if status.st_mode & 0o022 != 0 {
      return "Others may write to the directory \(path); take that from them with: "
        + "chmod go-w \(path)"
    }
    return nil
  }
}
