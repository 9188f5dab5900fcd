/// Rejected rows in a temporary file: written in order, then read in order.
///
/// A record is the row, its line and the length of its text, eight bytes each, then the text.
final class FaultSpill {
  private static let headBytes = 24

  private let file: TemporaryFile
  private var sink: ByteSink
  private var position = 0
  /// Bytes read ahead, and how many of them were used.
  private var ahead: [UInt8] = []
  private var used = 0

  init() throws {
    let file = try TemporaryFile()
    sink = ByteSink(descriptor: file.descriptor, name: "a temporary file")
    self.file = file
  }

  func append(_ row: RejectedRow) throws {
    for number in [row.row, UInt64(row.line), UInt64(row.text.count)] {
      unsafe withUnsafeBytes(of: number) { unsafe sink.bytes += $0 }
    }
    sink.bytes += row.text
    try sink.flushIfFull()
  }

  /// Ends the writing; reading begins at the first row.
  func endWriting() throws { try sink.flush() }

  /// The next row; nil after the last.
  func next() throws -> RejectedRow? {
    guard let head = try take(Self.headBytes) else { return nil }
    let numbers = unsafe head.withUnsafeBytes { bytes in
      (0..<3).map { unsafe bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
    }
    let text = try take(Int(numbers[2])) ?? []
    return RejectedRow(row: numbers[0], line: Int(numbers[1]), text: text)
  }

  private func take(_ count: Int) throws -> [UInt8]? {
    while ahead.count - used < count {
      ahead.removeFirst(used)
      used = 0
      let more = try file.read(at: position, count: CommandBounds.writeBlockBytes)
      if more.isEmpty { return nil }
      position += more.count
      ahead += more
    }
    defer { used += count }
    return Array(ahead[used..<(used + count)])
  }
}
