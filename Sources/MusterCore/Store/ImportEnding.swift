/// How an import ended that has had all its rows.
public struct ImportEnding: Sendable {
  /// As the ledger has it. For a preview, which the ledger does not know: how the import would
  /// end, with nothing committed.
  public var record: ImportRecord
  /// What a preview or an all-or-nothing import has found; nil for other imports, whose observer
  /// was told.
  public var findings: (any ImportFindings)?

  /// Says how an import ended.
  public init(record: ImportRecord, findings: (any ImportFindings)? = nil) {
    self.record = record
    self.findings = findings
  }
}

/// What applying rows all at once has found, kept on disk until somebody takes it.
///
/// Used by one task at a time; gone with the object.
public protocol ImportFindings: Sendable {
  /// The next part, of about 32 KiB or one row; nil after the last.
  ///
  /// Faults come in the order of their rows, and so do changes.
  func next() throws(StoreError) -> ImportFinding?
}

/// A part of what was found.
public enum ImportFinding: Sendable, Equatable {
  case faults([RowFault])
  /// Of a preview only: what rows would change.
  case changes([RowChange])
}
