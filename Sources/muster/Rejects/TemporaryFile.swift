internal import Glibc
internal import MusterCore
internal import MusterFiles

/// A file that is written at its end and read anywhere; without a name, and gone with its owner,
/// unless it was opened by one.
struct TemporaryFile: ~Copyable {
  let descriptor: Int32

  init() throws(CommandFailure) {
    let directory = ConnectionOptions.environment("TMPDIR") ?? "/var/tmp"
    do throws(FileFailure) {
      descriptor = try NewFile.nameless(in: Directory(FileName(directory)))
    } catch {
      let failure = CommandFailure(error).message
      throw CommandFailure("A temporary file cannot be made in \(directory) (TMPDIR): \(failure)")
    }
  }

  /// Opens a file that stays.
  init(keeping path: String) throws(CommandFailure) {
    descriptor = try CommandFailure.of { () throws(FileFailure) in
      try KeptFile.open(FileName(path), .readWrite)
    }
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
