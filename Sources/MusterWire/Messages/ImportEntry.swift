internal import CMusterProto
internal import CProtobufC
internal import MusterCore

// GetImportResponse and ImportEntry have the same fields, and so the same bytes: both are read and
// written as an ImportEntry.

extension ImportRecord {
  init(_ message: UnsafeMutablePointer<Muster__V1__ImportEntry>) throws(WireError) {
    let message = unsafe message.pointee
    guard let state = unsafe State(rawValue: Int(message.state.rawValue)) else {
      throw WireError(
        code: .malformed, message: "The daemon sent a state of an import that this version lacks.")
    }
    var progress =
      unsafe message.counts == nil ? ImportProgress() : ImportProgress(message.counts.pointee)
    progress.counts.faults = unsafe message.fault_count
    unsafe self.init(
      importID: try message.import_id.text("import_id"), state: state, progress: progress,
      columns: try texts(message.columns, message.n_columns, "columns"),
      startedAt: message.started_at, finishedAt: message.finished_at)
    unsafe touchedAt = message.touched_at
    if let sent = unsafe message.undo { undo = unsafe UndoProgress(sent) }
    unsafe hasImages = message.can_undo != 0
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__ImportEntry> {
    let message = unsafe try arena.make(
      Muster__V1__ImportEntry.self, muster__v1__import_entry__init)
    unsafe message.pointee.import_id = unsafe try arena.copy(importID)
    unsafe message.pointee.state = Muster__V1__ImportState(UInt32(state.rawValue))
    unsafe message.pointee.counts = unsafe try progress.make(in: arena)
    unsafe message.pointee.fault_count = progress.counts.faults
    unsafe message.pointee.n_columns = columns.count
    unsafe message.pointee.columns = unsafe try arena.copy(columns)
    unsafe message.pointee.started_at = startedAt
    unsafe message.pointee.finished_at = finishedAt
    unsafe message.pointee.touched_at = touchedAt
    if undo != UndoProgress() { unsafe message.pointee.undo = unsafe try undo.make(in: arena) }
    unsafe message.pointee.can_undo = hasImages ? 1 : 0
    return unsafe message
  }
}

extension UndoProgress {
  init(_ message: UnsafeMutablePointer<Muster__V1__UndoCounts>) {
    self.init()
    deleted = unsafe message.pointee.deleted
    restored = unsafe message.pointee.restored
    kept = unsafe message.pointee.kept
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__UndoCounts> {
    let message = unsafe try arena.make(Muster__V1__UndoCounts.self, muster__v1__undo_counts__init)
    unsafe message.pointee.deleted = deleted
    unsafe message.pointee.restored = restored
    unsafe message.pointee.kept = kept
    return unsafe message
  }
}
