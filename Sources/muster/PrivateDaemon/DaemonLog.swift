internal import Glibc
internal import MusterCore
internal import MusterFiles

/// The file of a private daemon's standard error.
///
/// It is only ever appended to, so that emptying it harms nobody who writes to it.
struct DaemonLog {
  let path: String

  /// Empties it if it is over its bound; the daemon itself never does.
  func keepSmall() {
    guard let descriptor = try? KeptFile.open(FileName(path), .append) else { return }
    defer { close(descriptor) }
    if lseek(descriptor, 0, SEEK_END) > CommandBounds.privateLogBytesMax {
      _ = ftruncate(descriptor, 0)
    }
  }

  /// Opens it for a daemon, which closes it; the offset is where the daemon's words begin.
  func open() throws -> (descriptor: Int32, offset: Int) {
    let descriptor = try CommandFailure.of { () throws(FileFailure) in
      try KeptFile.open(FileName(path), .append)
    }
    return (descriptor, max(0, lseek(descriptor, 0, SEEK_END)))
  }

  /// The last lines that were written from an offset on.
  func lastLines(from offset: Int) -> String {
    guard let descriptor = try? KeptFile.open(FileName(path), .read) else { return "" }
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
