internal import Glibc
internal import MusterCSV

/// The rejects file of the same import's run before it was interrupted.
struct EarlierRejects {
  let path: String
  let delimiter: UInt8

  /// Copies the rows of some lines.
  ///
  /// A file that is not there, or has other columns, has none of them.
  ///
  /// - Returns: How many they were.
  func copy(lines: Range<Int>, columns: [[UInt8]], to file: inout RejectsFile) throws -> UInt64 {
    var count: UInt64 = 0
    _ = try read(columns) { row in
      let first = unsafe String(decoding: row.cell(0), as: UTF8.self)
      guard let line = Int(first), lines.contains(line) else { return }
      for place in 0..<row.cellCount { unsafe file.append(cell: row.cell(place)) }
      try file.endRow()
      count += 1
    }
    return count
  }

  /// Whether there is such a file.
  func exists(columns: [[UInt8]]) throws -> Bool { try read(columns) { _ in } }

  private struct OtherColumns: Error {}

  private func read(
    _ columns: [[UInt8]], _ take: (borrowing CSVRow) throws -> Void
  ) throws -> Bool {
    var status = stat()
    // A pipe there would make the command wait for its writer.
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let input = try? InputFile(path), input.isRegular
    else {
      return false
    }
    let wanted = RejectsHeader.columns(columns)
    let blocks = BlockReader(input, interrupt: Interrupt())
    var reader = CSVReader(delimiter: delimiter)
    var isHeader = true
    do {
      var isLast = false
      while !isLast {
        isLast = try !blocks.nextNow()
        unsafe try reader.read(blocks.block, isLast: isLast) { row in
          guard isHeader else { return try take(row) }
          isHeader = false
          let names = (0..<row.cellCount).map { unsafe Array(row.cell($0)) }
          guard names == wanted else { throw OtherColumns() }
        }
      }
      return true
    } catch is OtherColumns {
      return false
    } catch is CSVError {
      // Somebody is editing it: what is left of it is not ours to judge.
      return false
    }
  }
}
