internal import Glibc

/// A file that is written at its end and read anywhere; without a name, and gone with its owner,
/// unless it was opened by one.
struct TemporaryFile: ~Copyable {
  let descriptor: Int32

  init() throws(CommandFailure) {
    let directory = ConnectionOptions.environment("TMPDIR") ?? "/var/tmp"
    var template = Array("\(directory)/muster-XXXXXX".utf8CString)
    let opened = unsafe template.withUnsafeMutableBufferPointer { buffer -> Int32 in
      unsafe buffer.baseAddress.map { path -> Int32 in
        let opened = unsafe mkstemp(path)
        if opened >= 0 { unsafe unlink(path) }
        return opened
      } ?? -1
    }
    guard opened >= 0 else {
      throw .system("Making a temporary file in \(directory) (TMPDIR) failed")
    }
    descriptor = opened
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  /// Opens a file that stays.
  init(keeping path: String) throws(CommandFailure) {
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .system("Opening \(path) failed") }
  }

  deinit { close(descriptor) }

  /// Ends the file at a place; what is written next follows it.
  func cut(at offset: Int) throws(CommandFailure) {
    guard ftruncate(descriptor, off_t(offset)) == 0,
      lseek(descriptor, off_t(offset), SEEK_SET) == off_t(offset)
    else { throw .system("Cutting a temporary file failed") }
  }

  /// Reads bytes from a place; fewer only at the end of the file.
  func read(at offset: Int, count: Int) throws(CommandFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let got = unsafe bytes.withUnsafeMutableBytes { buffer -> Int in
        unsafe pread(
          descriptor, buffer.baseAddress.map { unsafe $0 + done }, count - done,
          off_t(offset + done))
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .system("Reading a temporary file failed") }
      if got == 0 { break }
      done += got
    }
    bytes.removeLast(count - done)
    return bytes
  }
}
