internal import MusterCSV

/// Rejected rows of a file: their faults are kept aside, and merged with a second reading of the
/// file when the import has ended.
struct FileRejects: Rejects {
  private let path: String
  private let delimiter: UInt8
  private let input: InputFile
  private var spill: FaultSpill?

  init(path: String, delimiter: UInt8, input: InputFile) {
    self.path = path
    self.delimiter = delimiter
    self.input = input
  }

  mutating func add(_ row: RejectedRow) throws {
    if spill == nil { spill = try FaultSpill() }
    try spill?.append(row)
  }

  mutating func forget(rowsBefore row: UInt64) {}

  mutating func finish(columns: [[UInt8]]) throws -> Bool {
    guard let spill else { return false }
    try spill.endWriting()
    var file = try RejectsFile(path: path, delimiter: delimiter, columns: columns)
    try merge(spill, into: &file, keeps: RejectsHeader.keeps(columns))
    try file.complete()
    return true
  }

  private struct AllFound: Error {}

  private func merge(
    _ spill: FaultSpill, into file: inout RejectsFile, keeps: [Bool]
  ) throws {
    try input.rewind()
    let blocks = BlockReader(input, interrupt: Interrupt())
    var reader = CSVReader(delimiter: delimiter)
    // The header is row 0, so that rows count from 1 as their faults do.
    var number: UInt64 = 0
    var wanted = try spill.next()
    do {
      var isLast = false
      while !isLast {
        isLast = try !blocks.nextNow()
        unsafe try reader.read(blocks.block, isLast: isLast) { row in
          defer { number += 1 }
          guard let rejected = wanted else { throw AllFound() }
          guard rejected.row == number else { return }
          file.begin(rejected)
          for place in 0..<row.cellCount where place >= keeps.count || keeps[place] {
            unsafe file.append(cell: row.cell(place))
          }
          try file.endRow()
          wanted = try spill.next()
        }
      }
    } catch is AllFound {}
  }
}
