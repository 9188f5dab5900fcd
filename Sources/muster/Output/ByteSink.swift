internal import Glibc
internal import MusterCore

/// Bytes on their way to a file descriptor, which it does not own.
struct ByteSink {
  let descriptor: Int32
  /// What the descriptor is, for the message of a failed write.
  let name: String
  /// Bytes not written yet; append to it, then call ``flushIfFull()``.
  var bytes: [UInt8] = []

  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
    bytes.reserveCapacity(CommandBounds.writeBlockBytes * 2)
  }

  static func standardOutput() -> ByteSink { ByteSink(descriptor: 1, name: "standard output") }

  /// Writes the bytes once they fill a block.
  mutating func flushIfFull() throws(CommandFailure) {
    if bytes.count >= CommandBounds.writeBlockBytes { try flush() }
  }

  /// Writes all bytes.
  mutating func flush() throws(CommandFailure) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(
          descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .system("Writing to \(name) failed") }
      written += count
    }
    bytes.removeAll(keepingCapacity: true)
  }
}
