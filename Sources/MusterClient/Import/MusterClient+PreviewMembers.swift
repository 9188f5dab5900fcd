public import MusterCore
internal import MusterWire
internal import Synchronization

extension MusterClient {
  /// Tells what importing members would do, and changes nothing.
  ///
  /// A preview is the real import, taken back: run at once, with the same rows and options, the
  /// import does exactly what its preview foretold. The daemon keeps the rows on its disk until all
  /// have come, so that nobody waits for a slow writer; a preview has a limit of its own for them
  /// (`ImportAccepted.limits`).
  ///
  /// ```swift
  /// let preview = try await muster.previewMembers(columns: [.email, .name]) { rows in
  ///   for person in people { try await rows.write(Member(email: person.mail, name: person.name)) }
  /// }
  /// print("\(preview.counts.updated) members would change")
  /// ```
  ///
  /// - Parameters:
  ///   - columns: What the cells of each row are.
  ///   - workspace: The workspace that the members are for.
  ///   - options: How the rows would be applied; `mode` is not looked at, and `changesMax` says of
  ///     how many created and of how many updated rows the changes are told (0: 1,000).
  ///   - totals: How much will come, if it is known.
  ///   - rows: Writes the rows, as for an import.
  /// - Returns: What would happen.
  /// - Throws: As
  ///   ``importMembers(columns:workspace:importID:options:totals:rows:faults:progress:)`` does.
  public func previewMembers(
    columns: [MemberColumn], workspace: String = "default",
    options: ImportOptions = ImportOptions(), totals: DeclaredTotals? = nil,
    rows: @escaping @Sendable (inout RowWriter) async throws -> Void
  ) async throws -> ImportPreview {
    var begin = BeginImport()
    begin.workspace = workspace
    begin.columns = columns.map { Array($0.columnName.utf8) }
    begin.options = options
    begin.options.mode = .preview
    if options.changesMax == 0 { begin.options.changesMax = ClientBounds.keptChangesMax }
    begin.totals = totals
    let found = Mutex<(changes: [RowChange], faults: [RowFault])>(([], []))
    let summary = try await importMembers(begin) { sender in
      try await RowQueue.send(columns: columns, to: &sender, rows)
    } event: { event in
      found.withLock { found in
        switch event {
        case .accepted, .progress: break
        case .faults(let faults):
          found.faults += faults.prefix(ClientBounds.keptFaultsMax - found.faults.count)
        case .changes(let changes): Self.join(changes, to: &found.changes)
        }
      }
    }
    let (changes, faults) = found.withLock { $0 }
    return ImportPreview(summary, changes: changes, faults: faults)
  }

  /// Adds changes; those of one row come in parts if there is much to tell.
  private static func join(_ more: [RowChange], to changes: inout [RowChange]) {
    for change in more {
      if changes.last?.row == change.row {
        changes[changes.count - 1].fields += change.fields
      } else {
        changes.append(change)
      }
    }
  }
}
