internal import Glibc

/// The file of a private daemon's standard error.
///
/// It is only ever appended to, so that emptying it harms nobody who writes to it.
struct DaemonLog {
  let path: String

  /// Empties it if it is over its bound; the daemon itself never does.
  func keepSmall() {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_size > CommandBounds.privateLogBytesMax else {
      return
    }
    unsafe truncate(path, 0)
  }

  /// Opens it for a daemon, which closes it; the offset is where the daemon's words begin.
  func open() throws -> (descriptor: Int32, offset: Int) {
    let flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
    let descriptor = unsafe Glibc.open(path, flags, 0o600)
    guard descriptor >= 0 else {
      throw CommandFailure.system("The daemon's log \(path) cannot be opened")
    }
    return (descriptor, max(0, lseek(descriptor, 0, SEEK_END)))
  }

  /// The last lines that were written from an offset on.
  func lastLines(from offset: Int) -> String {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    let end = lseek(descriptor, 0, SEEK_END)
    let start = max(offset, end - CommandBounds.privateLogTailBytes)
    var block = [UInt8](repeating: 0, count: CommandBounds.privateLogTailBytes)
    let count = unsafe pread(descriptor, &block, block.count, start)
    let text = String(decoding: block[..<max(0, count)], as: UTF8.self)
    let lines = text.split(separator: "\n").suffix(CommandBounds.privateLogTailLines)
    return lines.joined(separator: "\n")
  }
}
