internal import Glibc
internal import MusterCore

/// Calls to the file system that fail with a sentence.
enum FileSystem {
  /// Makes the names in a directory survive a power loss, where its file system can.
  static func sync(directory: String) throws(StoreError) {
    let opened = unsafe Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw .system("The directory \(directory) cannot be opened") }
    defer { close(opened) }
    guard fsync(opened) != 0, errno != EINVAL else { return }
    throw .system("The directory \(directory) cannot be synced")
  }

  /// The names in a directory, in no order.
  static func names(in path: String) throws(StoreError) -> [String] {
    guard let directory = unsafe opendir(path) else {
      throw .system("The directory \(path) cannot be read")
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Deletes a file that need not be there.
  static func remove(_ path: String) throws(StoreError) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else {
      throw .system("The file \(path) cannot be deleted")
    }
  }
}

extension StoreError {
  /// The error of the system call that failed last on this thread.
  static func system(_ what: String, _ code: Int32 = errno) -> StoreError {
    let isFull = [ENOSPC, EDQUOT, EFBIG].contains(code)
    return StoreError(
      isFull ? .resourceExhausted : .unavailable,
      "\(what): \(unsafe String(cString: strerror(code))).")
  }
}
