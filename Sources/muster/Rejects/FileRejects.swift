internal import MusterCSV

/// Rejected rows of a file: their faults are kept aside, and merged with a second reading of the
/// file when the import has ended.
struct FileRejects: Rejects {
  private var plan: RejectsPlan
  private let input: InputFile
  private let known: KnownRejects
  /// Whether an interrupted run has left the rows that it heard of.
  private let isGoneOn: Bool
  /// Rows that only the interrupted run's rejects file had.
  private var copiedCount: UInt64 = 0
  private var nextRow: UInt64 = 0

  /// - Parameter note: The import's note, beside which the rejected rows outlive this command.
  init(_ plan: RejectsPlan, input: InputFile, note: OpenNote?) throws {
    self.plan = plan
    self.input = input
    known = KnownRejects(
      heard: try note.map { try FaultSpill(keeping: $0.faultsPath) } ?? FaultSpill())
    isGoneOn = note.map { !$0.isNew } ?? false
  }

  var rowCount: UInt64? { known.rowCount + copiedCount }

  mutating func goOn(atRow row: UInt64) throws {
    nextRow = row
    try known.cut(afterRow: row)
  }

  func hasHeard(ofRow row: UInt64) throws -> Bool { try known.hasHeard(of: row) }

  mutating func recover(_ ledger: FaultSpill, before endRow: UInt64?) throws {
    try known.add(ledger: ledger)
    if let endRow, endRow <= nextRow, !isGoneOn, plan.earlierRows == nil {
      plan.earlierRows = endRow...nextRow
    }
  }

  mutating func add(_ row: RejectedRow) throws { try known.add(row) }

  mutating func committed(rowsBefore row: UInt64) throws { try known.flush() }

  mutating func finish() throws -> Bool {
    try known.flush()
    guard known.rowCount > 0 else { return try plan.hasEarlier() }
    known.startReading()
    var file = try plan.begin()
    copiedCount = 0
    try merge(into: &file)
    try file.complete()
    return true
  }

  private struct AllFound: Error {}

  private mutating func merge(into file: inout RejectsFile) throws {
    try input.rewind()
    let blocks = BlockReader(input, interrupt: Interrupt())
    let keeps = RejectsHeader.keeps(plan.columns)
    var reader = CSVReader(delimiter: plan.delimiter)
    // The header is row 0, so that rows count from 1 as their faults do.
    var number: UInt64 = 0
    var wanted = try known.next()
    do {
      var isLast = false
      while !isLast {
        isLast = try !blocks.nextNow()
        unsafe try reader.read(blocks.block, isLast: isLast) { row in
          defer { number += 1 }
          if number > 0, number == plan.earlierRows?.lowerBound {
            copiedCount = try plan.copyEarlier(to: &file)
          }
          guard let rejected = wanted else {
            if let earlier = plan.earlierRows, number < earlier.lowerBound { return }
            throw AllFound()
          }
          guard rejected.row == number else { return }
          file.begin(rejected, line: row.line)
          for place in 0..<row.cellCount where place >= keeps.count || keeps[place] {
            unsafe file.append(cell: row.cell(place))
          }
          try file.endRow()
          wanted = try known.next()
        }
      }
    } catch is AllFound {}
  }
}
