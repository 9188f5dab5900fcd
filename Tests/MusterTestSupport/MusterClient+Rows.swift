public import MusterClient

/// How an import went.
public struct ImportOutcome: Sendable {
  public var summary: ImportSummary
  /// All faults, in the order in which they came.
  public var faults: [RowFault]
}

extension MusterClient {
  /// Imports rows that are in memory.
  public func importRows(
    workspace: String = "", columns: [String], rows: [[String]], importID: String = "",
    options: ImportOptions = ImportOptions(), totals: DeclaredTotals? = nil,
    rowsPerChunk: Int = 1000, whenAccepted: @escaping @Sendable () async -> Void = {}
  ) async throws -> ImportOutcome {
    let found = Collected<RowFault>()
    let result = try await importMembers(
      columns: columns.map { MemberColumn($0) }, workspace: workspace, importID: importID,
      options: options, totals: totals
    ) { writer in
      await whenAccepted()
      for (place, row) in rows.dropFirst(Int(writer.nextRow)).enumerated() {
        try await writer.write(cells: row)
        if (place + 1).isMultiple(of: rowsPerChunk) { try await writer.flush() }
      }
    } faults: { faults in
      for await fault in faults { found.append(fault) }
    }
    let progress = ImportProgress(counts: result.counts, committed: result.counts.received)
    let summary = ImportSummary(
      importID: result.importID, progress: progress, workspace: result.workspace,
      store: result.store)
    return ImportOutcome(summary: summary, faults: found.all)
  }
}
