/// The lines of a log that are not written yet: at most so many, and a count of those dropped.
///
/// Whoever logs never waits. When nobody takes the lines, the oldest are kept, and all further ones
/// are counted and dropped until the backlog is taken. So the count belongs exactly between what
/// was taken and what comes after it.
package struct LogBacklog: Sendable {
  /// Bytes of lines that are kept: those of a thousand imports.
  package static let bytesMax = 256 * 1024
  /// Lines that are kept.
  package static let linesMax = 2_000

  /// What is to be written next.
  package struct Batch: Equatable, Sendable {
    /// Whole lines, in their order.
    package var bytes: [UInt8]
    /// How many lines were dropped after these.
    package var droppedCount: Int

    /// Makes a batch.
    package init(bytes: [UInt8], droppedCount: Int) {
      self.bytes = bytes
      self.droppedCount = droppedCount
    }
  }

  private var bytes: [UInt8] = []
  private var lineCount = 0
  private var droppedCount = 0

  /// Nothing is to be written.
  package init() {}

  /// Whether nothing is to be written.
  package var isEmpty: Bool { bytes.isEmpty && droppedCount == 0 }

  /// Takes a line, or counts it.
  ///
  /// - Parameter line: With the line feed at its end.
  /// - Complexity: O(bytes of the line).
  package mutating func add(_ line: some Collection<UInt8>) {
    let isFull = lineCount >= Self.linesMax || line.count > Self.bytesMax - bytes.count
    guard droppedCount == 0 && !isFull else {
      droppedCount += 1
      return
    }
    bytes += line
    lineCount += 1
  }

  /// Hands all of it over, and has room again.
  package mutating func take() -> Batch {
    defer { self = LogBacklog() }
    return Batch(bytes: bytes, droppedCount: droppedCount)
  }
}
