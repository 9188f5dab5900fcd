internal import MusterCSV
internal import MusterClient
internal import MusterCore

/// Why an import that the daemon had accepted is not begun after all.
struct Refusal: Error {
  var message: TerminalText
  /// The import, if the daemon has it open now without a row of it.
  var importID: String?
}

extension ImportRun {
  /// Refuses a header that was cut at the wrong byte, which is never guessed.
  func checkDelimiter(of columns: [[UInt8]]) throws {
    guard let likely = CSVHeaderDelimiter.likely(in: columns, cutAt: delimiter) else { return }
    let isTab = likely == UInt8(ascii: "\t")
    let character = String(decoding: [likely], as: UTF8.self)
    throw CommandFailure(
      "\(input.name) seems to have \(isTab ? "tabs" : "'\(character)'") between its columns; add "
        + "--delimiter \(isTab ? "tab" : "'\(character)'").")
  }

  /// Refuses a file over the daemon's limit of bytes; the daemon itself only counts the cells.
  func checkSize(_ survey: CSVSurvey.Result?, of accepted: ImportAccepted) throws {
    let most = accepted.limits.bytesPerImport
    guard let survey, most > 0, survey.byteCount > most else { return }
    let isNew = accepted.nextRow == 0
    throw Refusal(
      message: "\(input.name) has \(NumberText.count(survey.byteCount, "byte")); the limit is "
        + "\(NumberText.count(most)) bytes an import (bytesPerImport). Split the file, or raise "
        + "limits.bytesPerImport in the daemon's configuration."
        + (isNew ? "\nNothing was imported." : ""),
      importID: isNew ? accepted.importID : nil)
  }

  /// Refuses to finish an import whose file was changed between its two readings.
  func checkUnchanged(_ survey: CSVSurvey.Result?, _ source: ImportSource) throws {
    guard let survey, survey.rowCount != source.rowCount else { return }
    throw CommandFailure(
      "\(input.name) changed while it was imported: it had \(survey.rowCount) rows and has "
        + "\(source.rowCount). Import it again when nobody writes to it.")
  }

  /// Refuses to finish an import with fewer rows than it has: these are not its rows.
  func checkReaches(_ nextRow: UInt64, _ source: ImportSource) throws {
    guard source.rowCount < nextRow else { return }
    throw CommandFailure(
      "\(input.name) has \(NumberText.count(source.rowCount, "row")), and the import has "
        + "\(nextRow) already; give an import of other rows a new id.")
  }

  /// Says that the rejects file is not whole.
  func tell(missing: UInt64) {
    Diagnostics.note(
      "\(NumberText.count(missing, "rejected row")) of this import \(missing == 1 ? "is" : "are") "
        + "not in the rejects file: the daemon decided them while no command was connected, and "
        + "keeps a bounded number of an import's faults, for a bounded time (limits.ledgerFaults, "
        + "limits.faultDays).")
  }

  /// The error with what has become of the import and how to go on; a note of an import that cannot
  /// be gone on with goes.
  func explained(
    _ error: any Error, _ begin: BeginImport, _ monitor: ImportMonitor, _ note: OpenNote?
  ) async -> any Error {
    if let refusal = error as? Refusal {
      if note?.isNew == true { note?.remove() }
      await cancel(refusal, begin)
      return CommandFailure(refusal.message)
    }
    guard let standing = monitor.standing else {
      if note?.isNew == true { note?.remove() }
      guard let reason = reason(error) else { return error }
      let left = note.flatMap { $0.isNew ? nil : "\n" + howToGoOn($0.importID, note) }
      return CommandFailure(reason + (left ?? Self.advice(reason)))
    }
    guard let reason = reason(error) else { return error }
    // Asked in a task of its own: this one may be cancelled.
    let request = GetImportRequest(workspace: begin.workspace, importID: standing.importID)
    let connection = connection
    let record = await Task {
      try? await connection.withRunningClient(within: CommandBounds.afterFailureTimeMax) {
        try await $0.getImport(request)
      }
    }.value
    let committed = max(record?.progress.committed ?? 0, standing.committed)
    let rows = (record == nil ? "at least " : "") + NumberText.count(committed, "row")
    if let record, record.state.isOver {
      note?.remove()
      let faults =
        record.progress.counts.rejected > 0
        ? " To see its faults: muster imports faults \(standing.importID)" : ""
      return CommandFailure(
        "\(reason)\nImport \(standing.importID) is over, with \(rows) durable.\(faults)")
    }
    return CommandFailure(
      "\(reason)\nImport \(standing.importID) stays open, with \(rows) durable. "
        + howToGoOn(standing.importID, note))
  }

  /// Leaves no open import behind that nobody will go on with.
  private func cancel(_ refusal: Refusal, _ begin: BeginImport) async {
    guard let importID = refusal.importID else { return }
    let request = CancelImportRequest(workspace: begin.workspace, importID: importID)
    _ = try? await connection.withRunningClient(within: CommandBounds.afterFailureTimeMax) {
      try await $0.cancelImport(request)
    }
  }

  private func howToGoOn(_ importID: String, _ note: OpenNote?) -> TerminalText {
    note == nil
      ? "To go on, run the command again with the same input and options and "
        + "--import-id \(importID)."
      : "To go on, run the command again as it is, or with --resume --import-id \(importID)."
  }

  /// Why an import ended, as a sentence; nil for what is no failure of it.
  func reason(_ error: any Error) -> TerminalText? {
    switch error {
    case is Interrupted, is CancellationError: "The import was interrupted."
    case let failure as CommandFailure: failure.message
    case let failure as MusterClientError:
      interrupt.isRequested ? "The import was interrupted." : "\(failure.message)"
    default: nil
    }
  }

  /// What to do about an import that the daemon did not accept, where its reason leaves that open.
  static func advice(_ reason: TerminalText) -> TerminalText {
    if ["Unknown column", "Unknown form field", "has no name"].contains(where: reason.text.contains)
    {
      return
        "\nNothing was imported. The first line must name the columns: correct it, make what is "
        + "missing, or leave such columns out with --ignore-unknown-columns."
    }
    return reason.text.contains("othing was imported") ? "" : "\nNothing was imported."
  }
}
