internal import Synchronization

/// The rows of a pipe that are not durable yet, as CSV, in temporary files: to be sent again if the
/// daemon dies, and to be written out if they are rejected.
///
/// What waits is bounded by what the daemon takes between two commits and lets be sent ahead; a
/// file goes as soon as every row in it is durable.
final class PipeSpool: Sendable {
  private let rows = Mutex(SpooledRows())
  /// Whether an import cannot do without it.
  private let isNeeded: Bool

  /// - Parameter isNeeded: False if the rows are only kept to be sent again: where no temporary
  ///   file can be made, none are.
  init(isNeeded: Bool) { self.isNeeded = isNeeded }

  /// The first row, from 0, that is there.
  var firstKeptRow: UInt64 { rows.withLock { $0.firstKeptRow } }

  /// Adds the rows of a piece.
  ///
  /// - Parameters:
  ///   - bytes: Their CSV, one after another.
  ///   - ends: Where each of them ends in it.
  func append(_ bytes: [UInt8], ends: [Int]) throws {
    try rows.withLock { rows in
      do {
        try rows.append(bytes, ends: ends)
      } catch {
        guard !isNeeded else { throw error }
        rows.forgetAll()
      }
    }
  }

  /// The CSV of a row, from 0; nil if it was forgotten.
  func row(_ row: UInt64) throws -> [UInt8]? {
    try rows.withLock { try $0.row(row) }
  }

  /// The CSV of rows from one on, about so many bytes of it; none if the row is not there.
  func rows(from row: UInt64, bytesMax: Int) throws -> [UInt8] {
    try rows.withLock { rows in
      var bytes: [UInt8] = []
      var number = row
      while bytes.count < bytesMax, let csv = try rows.row(number) {
        bytes += csv
        number += 1
      }
      return bytes
    }
  }

  /// Frees the rows before one.
  func forget(rowsBefore row: UInt64) {
    rows.withLock { $0.forget(rowsBefore: row) }
  }
}

/// Runs of rows, the last of which is still in memory.
private struct SpooledRows {
  private var segments: [SpoolSegment] = []
  private var firstRow: UInt64 = 0
  private var bytes: [UInt8] = []
  private var ends: [UInt32] = []

  var firstKeptRow: UInt64 { segments.first?.firstRow ?? firstRow }

  mutating func append(_ more: [UInt8], ends moreEnds: [Int]) throws {
    let start = bytes.count
    bytes += more
    for end in moreEnds { ends.append(UInt32(start + end)) }
    if bytes.count >= CommandBounds.spoolSegmentBytes {
      segments.append(try SpoolSegment(firstRow: firstRow, ends: ends, bytes: bytes))
      startAnew()
    }
  }

  func row(_ row: UInt64) throws -> [UInt8]? {
    if row >= firstRow {
      let place = Int(row - firstRow)
      guard place < ends.count else { return nil }
      return Array(bytes[(place == 0 ? 0 : Int(ends[place - 1]))..<Int(ends[place])])
    }
    return try segments.last { $0.firstRow <= row }?.row(row)
  }

  mutating func forget(rowsBefore row: UInt64) {
    segments.removeAll { $0.endRow <= row }
    if firstRow + UInt64(ends.count) <= row { startAnew() }
  }

  mutating func forgetAll() {
    segments = []
    startAnew()
  }

  private mutating func startAnew() {
    firstRow += UInt64(ends.count)
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }
}

/// A run of rows in a temporary file.
private final class SpoolSegment {
  let firstRow: UInt64
  private let ends: [UInt32]
  private let file: TemporaryFile

  init(firstRow: UInt64, ends: [UInt32], bytes: [UInt8]) throws {
    self.firstRow = firstRow
    self.ends = ends
    let file = try TemporaryFile()
    var sink = ByteSink(descriptor: file.descriptor, name: "a temporary file")
    sink.bytes = bytes
    try sink.flush()
    self.file = file
  }

  var endRow: UInt64 { firstRow + UInt64(ends.count) }

  func row(_ row: UInt64) throws -> [UInt8]? {
    guard row < endRow else { return nil }
    let place = Int(row - firstRow)
    let start = place == 0 ? 0 : Int(ends[place - 1])
    return try file.read(at: start, count: Int(ends[place]) - start)
  }
}
