/// Rejected rows in a file: written in order, then read in order.
///
/// The file has no name, or is the one beside an import's note; then the rows are there after a
/// crash of this command too. A record is the row, its line and the length of its text, eight bytes
/// each, then the text.
final class FaultSpill {
  private static let headBytes = 24

  /// How many rows are in it.
  private(set) var rowCount: UInt64 = 0

  private let file: TemporaryFile
  private var sink: ByteSink
  private var position = 0
  /// Bytes read ahead, and how many of them were used.
  private var ahead: [UInt8] = []
  private var used = 0

  /// Makes a file without a name.
  convenience init() throws { try self.init(TemporaryFile()) }

  /// Opens a file that stays; ``cut(afterRow:)`` says which of its rows still count.
  convenience init(keeping path: String) throws { try self.init(TemporaryFile(keeping: path)) }

  private init(_ file: consuming TemporaryFile) {
    sink = ByteSink(descriptor: file.descriptor, name: "a temporary file")
    self.file = file
  }

  func append(_ row: RejectedRow) throws {
    for number in [row.row, UInt64(row.line), UInt64(row.text.count)] {
      unsafe withUnsafeBytes(of: number) { unsafe sink.bytes += $0 }
    }
    sink.bytes += row.text
    rowCount += 1
    try sink.flushIfFull()
  }

  /// Writes what is still in memory.
  func flush() throws { try sink.flush() }

  /// Takes out the rows after one, counted from 1, and whatever half of a row a crash has left.
  func cut(afterRow last: UInt64) throws {
    try flush()
    var end = 0
    var previous: UInt64 = 0
    rowCount = 0
    startReading()
    while let row = try next(), row.row > previous, row.row <= last {
      previous = row.row
      end += Self.headBytes + row.text.count
      rowCount += 1
    }
    try file.cut(at: end)
    startReading()
  }

  /// Begins to read at the first row.
  func startReading() {
    position = 0
    ahead = []
    used = 0
  }

  /// The next row; nil after the last that was written.
  func next() throws -> RejectedRow? {
    guard let head = try take(Self.headBytes) else { return nil }
    let numbers = unsafe head.withUnsafeBytes { bytes in
      (0..<3).map { unsafe bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
    }
    // A crash may have left anything at the end of a file that stays.
    guard numbers[2] <= CommandBounds.spilledTextBytesMax, numbers[1] <= Int.max,
      let text = try take(Int(numbers[2]))
    else { return nil }
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
