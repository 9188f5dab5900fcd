internal import MusterCore
internal import MusterFaults
internal import MusterWire

/// An import that the store has opened.
struct OpenImport {
  let store: any MemberStore
  let importID: String
  let options: ImportOptions
  let start: ImportStart
  let checker: RowChecker
  /// What is left for the hints of its rows.
  var hints = HintBudget(isUnbounded: Mutant.searchesWithoutBudget.isOn)
  /// Bytes of cells that the import has taken.
  var cellByteCount: UInt64
  /// The digest of the rows that it has taken; nil if nobody wants to know it.
  var rowDigest: RowDigest?
  /// Compares rows that it has already.
  var rowsAgain: ImportIdentity.RowsAgain

  var nextRow: UInt64 { start.record.progress.counts.received }
  var isFinished: Bool { start.record.state != .open }
  var isPreview: Bool { options.mode == .preview }

  func accepted(_ limits: Limits) -> ImportAccepted {
    ImportAccepted(
      importID: importID, nextRow: nextRow, limits: limits, progress: start.record.progress)
  }

  func summary(_ record: ImportRecord) -> ImportSummary {
    ImportSummary(
      importID: importID, progress: record.progress, workspace: store.name, store: store.location,
      state: record.state, isPreview: isPreview)
  }
}
