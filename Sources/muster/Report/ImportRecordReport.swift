internal import MusterClient

extension JSONObject {
  /// What the ledger knows of an import, behind a type if there is one.
  init(_ record: ImportRecord, type: String? = nil) {
    self.init()
    if let type { add("type", type) }
    add("import_id", record.importID)
    add("state", String(describing: record.state))
    add(record.progress)
    add("faults", record.progress.counts.faults)
    add("columns", record.columns)
    add("started_at", TimeText.utc(record.startedAt))
    add("finished_at", record.finishedAt == 0 ? nil : TimeText.utc(record.finishedAt))
    add("can_undo", record.hasImages)
    add(record.undo)
  }

  /// Adds how much of an import is taken back.
  mutating func add(_ undo: UndoProgress) {
    add("deleted", undo.deleted)
    add("restored", undo.restored)
    add("kept", undo.kept)
  }
}

extension Table {
  /// What the ledger knows of an import.
  init(_ record: ImportRecord) {
    let counts = record.progress.counts
    self.init(header: ["IMPORT", record.importID])
    add(["state", String(describing: record.state)])
    add(["started", TimeText.utc(record.startedAt)])
    if record.finishedAt != 0 { add(["finished", TimeText.utc(record.finishedAt)]) }
    add(["received", NumberText.count(counts.received)])
    add(["committed", NumberText.count(record.progress.committed)])
    add(["created", NumberText.count(counts.created)])
    add(["updated", NumberText.count(counts.updated)])
    add(["unchanged", NumberText.count(counts.unchanged)])
    add(["rejected", NumberText.count(counts.rejected)])
    add(["repeats", NumberText.count(counts.repeats)])
    add(["identifier changes", NumberText.count(counts.identifierChanges)])
    add(["normalized cells", NumberText.count(counts.normalized)])
    add(["opt-ins", NumberText.count(counts.optIns)])
    add(["opt-outs", NumberText.count(counts.optOuts)])
    add(["faults", NumberText.count(counts.faults)])
    add(["columns", record.columns.joined(separator: ", ")])
    add(["can be undone", record.hasImages ? "yes" : "no"])
    guard record.undo != UndoProgress() else { return }
    add(["members deleted", NumberText.count(record.undo.deleted)])
    add(["changes restored", NumberText.count(record.undo.restored)])
    add(["kept", NumberText.count(record.undo.kept)])
  }
}
