internal import Glibc
internal import MusterCore
internal import MusterFaults
internal import MusterFiles

/// The lock of a data directory, which keeps any second daemon out; it is never unlinked.
enum DirectoryLock {
  /// Takes the lock of a directory, for as long as the descriptor is open.
  ///
  /// - Returns: nil if another process has it.
  static func take(in directory: String) throws(StoreError) -> Int32? {
    let file: Int32
    do throws(FileFailure) {
      file = try KeptFile.open(FileName(directory + "/lock"), .readWrite)
    } catch {
      throw StoreError(.unavailable, error.message)
    }
    if flock(file, LOCK_EX | LOCK_NB) == 0 || Mutant.sharesLocks.isOn { return file }
    close(file)
    return nil
  }

  /// Whether a daemon has the data directory that a database lies in.
  static func isHeld(overDatabase path: String) -> Bool {
    let lock = FilePath.directory(of: path) + "/../lock"
    let file = unsafe Glibc.open(lock, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return false }
    defer { close(file) }
    return flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }
}
