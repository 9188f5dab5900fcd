public import MusterCore
internal import MusterWire

extension MusterClient {
  /// Imports members that a closure writes.
  ///
  /// ```swift
  /// let result = try await muster.importMembers(columns: [.email, .name, .labels]) { rows in
  ///   for person in people {
  ///     try await rows.write(Member(email: person.mail, name: person.name, labels: ["staff"]))
  ///   }
  /// } faults: { faults in
  ///   for await fault in faults { print("row \(fault.row): \(fault.code.text)") }
  /// }
  /// ```
  ///
  /// The closures run at the same time, each in a task of its own that ends before this returns. An
  /// import that ends with an error after it was accepted stays open. To go on with it, begin again
  /// with its id, the same columns and the same options, and write the rows from
  /// ``RowWriter/nextRow`` on. Cancelling the caller's task ends the import in this way too.
  ///
  /// - Parameters:
  ///   - columns: What the cells of each row are.
  ///   - workspace: The workspace that takes the members.
  ///   - importID: A UUID that the caller chooses and keeps, so that it can go on after an
  ///     interruption; nil lets the daemon choose.
  ///   - options: How the rows are to be applied; `mode` is not looked at, see
  ///     ``previewMembers(columns:workspace:options:totals:rows:)``.
  ///   - totals: How much will come, if it is known: an import over its limits is then refused
  ///     before it starts.
  ///   - rows: Writes the rows; it starts when the daemon has accepted the import. If it throws,
  ///     the rows written so far are still sent, the import stays open, and the error is thrown on.
  ///     If the daemon ends the import first, the closure's task is cancelled.
  ///   - faults: Reads the faults. The daemon is held back while it does not; once it has returned,
  ///     further faults are only counted. If it throws, the import is cancelled, and the error is
  ///     thrown on. Without it, the first faults are in the result.
  ///   - progress: Reads where the import stands, at most four times a second. It holds nobody
  ///     back: a slow reader gets the newest. If it throws, the import is cancelled, and the error
  ///     is thrown on.
  /// - Returns: What the import did; every row is then durable or rejected.
  /// - Throws: ``MusterClientError`` with the import's id, if it was accepted; `CancellationError`
  ///   if the caller's task was cancelled; or what a closure throws.
  public func importMembers(
    columns: [MemberColumn], workspace: String = "default", importID: String? = nil,
    options: ImportOptions = ImportOptions(), totals: DeclaredTotals? = nil,
    rows: @escaping @Sendable (inout RowWriter) async throws -> Void,
    faults: (@Sendable (ImportFaults) async throws -> Void)? = nil,
    progress: (@Sendable (AsyncStream<ImportProgress>) async throws -> Void)? = nil
  ) async throws -> ImportResult {
    var begin = BeginImport()
    begin.workspace = workspace
    begin.columns = columns.map { Array($0.columnName.utf8) }
    begin.importID = importID ?? ""
    begin.options = options
    begin.options.mode = .apply
    begin.totals = totals
    let observers = ImportObservers(faults: faults, progress: progress)
    return try await observers.observe { [begin] in
      try await importMembers(begin) { sender in
        try await RowQueue.send(columns: columns, to: &sender, rows)
      } event: { event in
        try await observers.received(event)
      }
    }
  }

  /// Imports the members of a sequence, from the one that the daemon wants next.
  ///
  /// To go on with an import, call this again with the same members and the same id: those that the
  /// import has are passed over.
  ///
  /// - Parameters:
  ///   - members: The members, the same each time that they are gone through.
  ///   - columns: What to send of each member; nil goes through the members once more to find out
  ///     (``MemberColumn/needed(for:)``).
  ///   - workspace: The workspace that takes the members.
  ///   - importID: A UUID that the caller chooses and keeps, so that it can go on after an
  ///     interruption; nil lets the daemon choose.
  ///   - options: How the members are to be applied.
  ///   - faults: Reads the faults. Without it, the first faults are in the result.
  ///   - progress: Reads where the import stands.
  /// - Returns: What the import did; every member is then durable or rejected.
  /// - Throws: As
  ///   ``importMembers(columns:workspace:importID:options:totals:rows:faults:progress:)`` does.
  public func importMembers(
    from members: some Sequence<Member> & Sendable, columns: [MemberColumn]? = nil,
    workspace: String = "default", importID: String? = nil,
    options: ImportOptions = ImportOptions(),
    faults: (@Sendable (ImportFaults) async throws -> Void)? = nil,
    progress: (@Sendable (AsyncStream<ImportProgress>) async throws -> Void)? = nil
  ) async throws -> ImportResult {
    // A collection's whole count: too many members are refused before the first one is applied.
    let totals = DeclaredTotals(rows: UInt64(members.underestimatedCount), cellBytes: 0)
    return try await importMembers(
      columns: columns ?? MemberColumn.needed(for: members), workspace: workspace,
      importID: importID, options: options, totals: totals,
      rows: { rows in
        for member in members.dropFirst(Int(clamping: rows.nextRow)) {
          try await rows.write(member)
        }
      }, faults: faults, progress: progress)
  }

  /// Imports the members of an asynchronous sequence, from the one that the daemon wants next.
  ///
  /// Members that come slowly do not wait for each other; see ``RowWriter``. To go on with an
  /// import, call this again with the same members and the same id: those that the import has are
  /// passed over.
  ///
  /// - Parameters:
  ///   - members: The members; to go on with an import, the same as before, from the first one on.
  ///   - columns: What to send of each member.
  ///   - workspace: The workspace that takes the members.
  ///   - importID: A UUID that the caller chooses and keeps, so that it can go on after an
  ///     interruption; nil lets the daemon choose.
  ///   - options: How the members are to be applied.
  ///   - faults: Reads the faults. Without it, the first faults are in the result.
  ///   - progress: Reads where the import stands.
  /// - Returns: What the import did; every member is then durable or rejected.
  /// - Throws: As
  ///   ``importMembers(columns:workspace:importID:options:totals:rows:faults:progress:)`` does; and
  ///   what the sequence throws, which leaves the import open.
  public func importMembers<Members: AsyncSequence & Sendable>(
    from members: Members, columns: [MemberColumn], workspace: String = "default",
    importID: String? = nil, options: ImportOptions = ImportOptions(),
    faults: (@Sendable (ImportFaults) async throws -> Void)? = nil,
    progress: (@Sendable (AsyncStream<ImportProgress>) async throws -> Void)? = nil
  ) async throws -> ImportResult where Members.Element == Member {
    try await importMembers(
      columns: columns, workspace: workspace, importID: importID, options: options,
      rows: { rows in
        for try await member in members.dropFirst(Int(clamping: rows.nextRow)) {
          try await rows.write(member)
        }
        try Task.checkCancellation()
      }, faults: faults, progress: progress)
  }
}
