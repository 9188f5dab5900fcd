internal import Glibc
internal import MusterCore
internal import MusterFiles

/// A file that processes lock to take turns; it is never removed.
final class LockFile: Sendable {
  enum Mode: Sendable {
    case shared, exclusive
  }

  private let descriptor: Int32

  /// Opens the file, and makes it if there is none; no lock is taken.
  init(_ path: String) throws {
    descriptor = try CommandFailure.of { () throws(FileFailure) in
      try KeptFile.open(FileName(path), .readWrite)
    }
  }

  deinit { close(descriptor) }

  /// Takes the lock, if nobody is in its way; false if somebody is.
  func take(_ mode: Mode) -> Bool {
    flock(descriptor, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0
  }

  /// Takes out all that is in the file.
  func empty() { _ = ftruncate(descriptor, 0) }

  /// Gives the lock back.
  func giveBack() { flock(descriptor, LOCK_UN) }

  /// Whether somebody has the lock of a file exclusively; to look is to share it for a moment.
  static func isTaken(_ path: String) -> Bool {
    guard let descriptor = try? KeptFile.open(FileName(path), .read) else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }
}
