internal import MusterCSV

/// Rejected rows of a file: their faults are kept aside, and merged with a second reading of the
/// file when the import has ended.
struct FileRejects: Rejects {
  private var plan: RejectsPlan
  private let input: InputFile
  private let spill: FaultSpill
  /// Whether the spill has all that this import rejected before its next row.
  private var isWhole: Bool

  /// - Parameter note: The import's note, beside which the rejected rows outlive this command.
  init(_ plan: RejectsPlan, input: InputFile, note: OpenNote?) throws {
    self.plan = plan
    self.input = input
    spill = try note.map { try FaultSpill(keeping: $0.faultsPath) } ?? FaultSpill()
    isWhole = note.map { !$0.isNew } ?? false
  }

  var rowCount: UInt64? { plan.resumedRow == nil ? spill.rowCount : nil }

  mutating func goOn(atRow row: UInt64) throws {
    if !isWhole && row > 0 { plan.resumedRow = row }
    isWhole = true
    try spill.cut(afterRow: row)
  }

  mutating func add(_ row: RejectedRow) throws { try spill.append(row) }

  mutating func committed(rowsBefore row: UInt64) throws { try spill.flush() }

  mutating func finish() throws -> Bool {
    try spill.flush()
    guard spill.rowCount > 0 else { return try plan.hasEarlier() }
    spill.startReading()
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
