internal import MusterCSV

/// Rejected rows of a file: their faults are kept aside, and merged with a second reading of the
/// file when the import has ended.
struct FileRejects: Rejects {
  private var plan: RejectsPlan
  private let input: InputFile
  private var spill: FaultSpill?

  init(_ plan: RejectsPlan, input: InputFile) {
    self.plan = plan
    self.input = input
  }

  mutating func resume(atRow row: UInt64) { plan.resumedRow = row }

  mutating func add(_ row: RejectedRow) throws {
    if spill == nil { spill = try FaultSpill() }
    try spill?.append(row)
  }

  mutating func forget(rowsBefore row: UInt64) {}

  mutating func finish() throws -> Bool {
    guard let spill else { return try plan.hasEarlier() }
    try spill.endWriting()
    var file = try plan.begin()
    try merge(spill, into: &file, keeps: RejectsHeader.keeps(plan.columns))
    try file.complete()
    return true
  }

  private struct AllFound: Error {}

  private func merge(
    _ spill: FaultSpill, into file: inout RejectsFile, keeps: [Bool]
  ) throws {
    try input.rewind()
    let blocks = BlockReader(input, interrupt: Interrupt())
    var reader = CSVReader(delimiter: plan.delimiter)
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
