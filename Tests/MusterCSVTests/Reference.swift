import MusterCSV

/// A row as the tests keep it.
struct Row: Equatable, CustomStringConvertible {
  var line: Int
  var cells: [[UInt8]]

  init(_ line: Int, _ cells: [[UInt8]]) {
    self.line = line
    self.cells = cells
  }

  init(_ line: Int, _ texts: String...) {
    self.init(line, texts.map { Array($0.utf8) })
  }

  var description: String {
    "\(line): \(cells.map { String(decoding: $0, as: UTF8.self).debugDescription })"
  }
}

/// What reading a file came to: the rows handed out and, if it was refused, why and where.
struct Outcome: Equatable {
  var rows: [Row] = []
  var code: CSVError.Code?
  var errorLine: Int?
}

/// Reads bytes with the reader under test, cut into pieces of the sizes given, over and over.
func readCSV(
  _ bytes: [UInt8], pieces: [Int] = [.max], delimiter: UInt8 = 0x2C, rowBytesMax: Int = 1 << 20
) -> Outcome {
  var outcome = Outcome()
  var reader = CSVReader(delimiter: delimiter, rowBytesMax: rowBytesMax)
  do {
    try unsafe eachPiece(of: bytes, sizes: pieces) { piece, isLast in
      try unsafe reader.read(piece, isLast: isLast) { row in
        let cells = (0..<row.cellCount).map { unsafe Array(row.cell($0)) }
        outcome.rows.append(Row(row.line, cells))
      }
    }
  } catch let error as CSVError {
    outcome.code = error.code
    outcome.errorLine = error.line
  } catch {
    outcome.errorLine = -1
  }
  return outcome
}

/// Cuts bytes into pieces, each a copy of its own so that a reader that looks beyond one is caught.
func eachPiece(
  of bytes: [UInt8], sizes: [Int], _ body: (UnsafeRawBufferPointer, Bool) throws -> Void
) rethrows {
  var position = 0
  var turn = 0
  repeat {
    let end = position + min(sizes[turn % sizes.count], bytes.count - position)
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: end - position, alignment: 1)
    defer { unsafe piece.deallocate() }
    unsafe piece.copyBytes(from: bytes[position..<end])
    try unsafe body(UnsafeRawBufferPointer(piece), end == bytes.count)
    position = end
    turn += 1
  } while position < bytes.count
}

/// The grammar of Design, "CSV" written the slow and obvious way, over a whole file.
struct ReferenceParser {
  let bytes: [UInt8]
  let delimiter: UInt8
  var position = 0

  init(_ bytes: [UInt8], delimiter: UInt8 = 0x2C) {
    self.bytes = bytes
    self.delimiter = delimiter
  }

  /// Parses the file from its first byte to its last.
  mutating func parse() -> Outcome {
    var outcome = Outcome()
    if isUTF16 { return Outcome(code: .utf16, errorLine: 1) }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    while position < bytes.count {
      let start = position
      if let after = lineEnd(at: position) {
        position = after
        continue
      }
      let line = lineNumber(of: start)
      var cells: [[UInt8]] = []
      while true {
        switch cell() {
        case .failure(let failure):
          outcome.code = failure.code
          outcome.errorLine = failure.line
          return outcome
        case .success(let found): cells.append(found)
        }
        guard position < bytes.count, bytes[position] == delimiter else { break }
        position += 1
      }
      if let after = lineEnd(at: position) { position = after }
      outcome.rows.append(Row(line, cells))
    }
    if outcome.rows.isEmpty { return Outcome(code: .noHeader, errorLine: 1) }
    return outcome
  }

  private var isUTF16: Bool {
    if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) { return true }
    let pattern = bytes.prefix(8).map { $0 == 0 }
    guard pattern.count >= 4 else { return false }
    return zip(pattern, pattern.dropFirst()).allSatisfy { $0 != $1 }
  }

  /// Where the line end at a position ends, if there is one.
  private func lineEnd(at index: Int) -> Int? {
    guard index < bytes.count else { return nil }
    if bytes[index] == 0x0A { return index + 1 }
    guard bytes[index] == 0x0D else { return nil }
    return index + 1 < bytes.count && bytes[index + 1] == 0x0A ? index + 2 : index + 1
  }

  private func lineNumber(of index: Int) -> Int {
    var number = 1
    var at = 0
    while at < index {
      if let after = lineEnd(at: at), after <= index {
        number += 1
        at = after
      } else {
        at += 1
      }
    }
    return number
  }

  private mutating func cell() -> Result<[UInt8], CSVError> {
    guard position < bytes.count, bytes[position] == 0x22 else { return .success(plainCell()) }
    let opened = position
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      if bytes[position] != 0x22 {
        content.append(bytes[position])
        position += 1
      } else if position + 1 < bytes.count, bytes[position + 1] == 0x22 {
        content.append(0x22)
        position += 2
      } else {
        position += 1
        let isEnd =
          position == bytes.count || bytes[position] == delimiter || lineEnd(at: position) != nil
        if isEnd { return .success(content) }
        return .failure(
          CSVError(code: .textAfterQuote, line: lineNumber(of: position), message: ""))
      }
    }
    return .failure(CSVError(code: .unclosedQuote, line: lineNumber(of: opened), message: ""))
  }

  private mutating func plainCell() -> [UInt8] {
    let start = position
    while position < bytes.count, bytes[position] != delimiter, lineEnd(at: position) == nil {
      position += 1
    }
    return Array(bytes[start..<position])
  }
}
