internal import MusterClient
internal import MusterCore

/// Tells programs: one JSON object an event, on standard output.
struct NDJSONReporter: ImportReporter {
  private var sink = ByteSink.standardOutput()
  private var importID = ""

  mutating func started(_ accepted: ImportAccepted) throws {
    importID = accepted.importID
    try print(accepted, as: "started")
  }

  mutating func waits(_ outage: Outage, _ progress: ImportProgress) throws {
    var object = object("waiting", progress)
    object.add("attempt", outage.attempt + 1)
    object.add("retry_milliseconds", Int64(outage.pause / .milliseconds(1)))
    object.add("reason", outage.reason.text)
    sink.append(object)
    try sink.flush()
  }

  mutating func resumed(_ accepted: ImportAccepted) throws { try print(accepted, as: "resumed") }

  mutating func progressed(_ progress: ImportProgress) throws {
    sink.append(object("progress", progress))
    try sink.flush()
  }

  mutating func found(_ fault: RowFault, line: Int?) throws {
    var object = JSONObject()
    object.add("type", "fault")
    object.add("row", fault.row)
    object.add("line", line)
    object.add("column", fault.column)
    object.add("code", fault.code.rawValue)
    object.add("message", fault.code.text)
    object.add("hint", fault.hint)
    sink.append(object)
    try sink.flushIfFull()
  }

  mutating func changed(_ change: RowChange, line: Int?) throws {
    var object = JSONObject()
    object.add("type", "change")
    object.add("row", change.row)
    object.add("line", line)
    object.add("outcome", String(describing: change.outcome))
    object.add("member", change.member == 0 ? nil : change.member)
    object.add(
      "fields",
      change.fields.map { field in
        var object = JSONObject()
        object.add("column", field.column)
        object.add("old", field.old.isEmpty ? nil : String(decoding: field.old, as: UTF8.self))
        object.add("new", field.new.isEmpty ? nil : String(decoding: field.new, as: UTF8.self))
        return object
      })
    sink.append(object)
    try sink.flushIfFull()
  }

  mutating func paused() throws { try sink.flush() }

  mutating func finished(_ summary: ImportSummary, rejectsPath: String?) throws {
    importID = summary.importID
    var object = object("summary", summary.progress)
    object.add("faults", summary.progress.counts.faults)
    object.add("state", String(describing: summary.state))
    object.add("preview", summary.isPreview)
    object.add("workspace", summary.workspace)
    object.add("store", summary.store)
    object.add("rejects_file", rejectsPath)
    sink.append(object)
    try sink.flush()
  }

  mutating func failed() { try? sink.flush() }

  private mutating func print(_ accepted: ImportAccepted, as type: String) throws {
    var object = object(type, accepted.progress)
    object.add("next_row", accepted.nextRow)
    sink.append(object)
    try sink.flush()
  }

  private func object(_ type: String, _ progress: ImportProgress) -> JSONObject {
    var object = JSONObject()
    object.add("type", type)
    object.add("import_id", importID)
    object.add(progress)
    return object
  }
}

extension JSONObject {
  /// Adds the counts of an import.
  mutating func add(_ progress: ImportProgress) {
    add("received", progress.counts.received)
    add("committed", progress.committed)
    add("created", progress.counts.created)
    add("updated", progress.counts.updated)
    add("unchanged", progress.counts.unchanged)
    add("rejected", progress.counts.rejected)
    add("repeats", progress.counts.repeats)
    add("identifier_changes", progress.counts.identifierChanges)
    add("normalized", progress.counts.normalized)
    add("opt_ins", progress.counts.optIns)
    add("opt_outs", progress.counts.optOuts)
  }
}
