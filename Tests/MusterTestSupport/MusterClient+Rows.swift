public import MusterClient

/// How an import went.
public struct ImportOutcome: Sendable {
  public var summary: ImportSummary
  public var events: [ImportEvent]

  /// All faults, in the order in which they came.
  public var faults: [RowFault] {
    events.flatMap { event -> [RowFault] in
      if case .faults(let faults) = event { faults } else { [] }
    }
  }
}

extension MusterClient {
  /// Imports rows that are in memory.
  public func importRows(
    workspace: String = "", columns: [String], rows: [[String]], importID: String = "",
    options: ImportOptions = ImportOptions(), totals: DeclaredTotals? = nil,
    rowsPerChunk: Int = 1000
  ) async throws -> ImportOutcome {
    var begin = BeginImport()
    begin.workspace = workspace
    begin.columns = columns.map { Array($0.utf8) }
    begin.importID = importID
    begin.options = options
    begin.totals = totals
    let events = Collected<ImportEvent>()
    let summary = try await importMembers(begin) { sender in
      for (place, row) in rows.dropFirst(Int(sender.accepted.nextRow)).enumerated() {
        for cell in row {
          unsafe Array(cell.utf8).withUnsafeBufferPointer { unsafe sender.append(cell: $0) }
        }
        if sender.endRow() || (place + 1).isMultiple(of: rowsPerChunk) { try await sender.flush() }
      }
    } event: {
      events.append($0)
    }
    return ImportOutcome(summary: summary, events: events.all)
  }
}
