internal import MusterCSV
internal import MusterClient
internal import MusterCore

extension ImportRun {
  /// Previews the import, and nothing else.
  ///
  /// - Returns: Whether all rows would be stored.
  func dryRun() async throws -> Bool {
    let spool = input.isRegular ? nil : PipeSpool(isNeeded: rejects.path != nil)
    let survey = try input.isRegular ? survey() : nil
    let source = ImportSource(
      input, delimiter: delimiter, interrupt: interrupt, lines: lines, spool: spool)
    try await source.readHeader()
    var begin = begin
    begin.columns = source.columns
    begin.totals = survey.map { DeclaredTotals(rows: $0.rowCount, cellBytes: $0.cellBytes) }
    let monitor = ImportMonitor(
      lines: lines, spool: spool, reporter: previewReporter(),
      rejects: try sink(spool, nil, columns: source.columns))
    do {
      let summary = try await preview(begin, source, monitor, survey)
      let hasRejects = try finishRejects(monitor)
      _ = try monitor.finished(summary, rejectsPath: hasRejects ? rejects.path : nil)
      return summary.progress.counts.rejected == 0
    } catch {
      monitor.failed()
      throw previewFailure(error)
    }
  }

  /// Shows what the import would do, and asks whether it is to be done.
  ///
  /// - Returns: What was foretold; nil if it would be refused as a whole: there is nothing to ask
  ///   then.
  /// - Throws: `CommandFailure` if the answer is no.
  func confirm(
    _ begin: BeginImport, _ survey: CSVSurvey.Result?, _ note: OpenNote?
  ) async throws -> Foretelling? {
    do {
      let shown = try await shownPreview(begin, survey)
      guard shown.summary?.state != .refused else {
        note?.remove()
        return nil
      }
      let question = PreviewQuestion(name: input.name, totalRows: survey?.rowCount, shown.summary)
      // A file that has nothing but a header needs no answer.
      let isEmpty = shown.summary?.progress.counts.received == 0
      guard try isEmpty || Confirmation.ask(question.text, interrupt) else {
        throw CommandFailure("Nothing was imported.")
      }
      // What was previewed must be what is imported.
      if input.isRegular { try input.rewind() }
      if let survey, try self.survey().digest != survey.digest {
        throw CommandFailure(
          "\(input.name) has changed since its preview; nothing was imported. Run the command "
            + "again.")
      }
      return shown
    } catch {
      note?.remove()
      throw previewFailure(error)
    }
  }

  /// Previews a file and prints what that tells; nothing is foretold if there is no preview of it.
  private func shownPreview(
    _ begin: BeginImport, _ survey: CSVSurvey.Result?
  ) async throws -> Foretelling {
    guard let survey else {
      Diagnostics.note("\(input.name) cannot be read twice, so that there is no preview.")
      return Foretelling()
    }
    let monitor = ImportMonitor(
      lines: lines, spool: nil, reporter: previewReporter(), rejects: NoRejects())
    do {
      let summary = try await preview(begin, reopened(), monitor, survey)
      _ = try monitor.finished(summary, rejectsPath: nil)
      return Foretelling(summary: summary, faults: monitor.foretold)
    } catch let failure as MusterClientError {
      // An all-or-nothing import has the same bound as its preview.
      guard ["limits.spooledRows", "limits.spooledBytes"].contains(failure.facts[.setting]),
        !begin.options.isAllOrNothing
      else { throw failure }
      Diagnostics.note(
        "\(input.name) has \(NumberText.count(survey.rowCount, "row")), more than a preview may "
          + "have (limits.spooledRows, limits.spooledBytes); the preview is left out.")
      return Foretelling()
    }
  }

  private func preview(
    _ begin: BeginImport, _ source: ImportSource, _ monitor: ImportMonitor,
    _ survey: CSVSurvey.Result?
  ) async throws -> ImportSummary {
    var begin = begin
    begin.importID = ""
    begin.options.mode = .preview
    begin.options.changesMax = format == .text ? UInt64(CommandBounds.previewRowsMax) : 0
    var outage: Outage?
    while true {
      do {
        return try await attempt(begin, source, monitor, survey)
      } catch let failure as MusterClientError
        where failure.reason == .tooManyCalls && monitor.standing == nil
      {
        // Refused before a row was read.
        guard let next = retry(failure, after: outage, monitor) else { throw failure }
        outage = next
        try monitor.waits(next)
        try await wait(next.pause)
        outage?.attempt += 1
      }
    }
  }

  private func previewReporter() -> sending any ImportReporter {
    switch format {
    case .ndjson: NDJSONReporter()
    case .text: PreviewReporter(source: input.name)
    }
  }

  private func previewFailure(_ error: any Error) -> any Error {
    if let refusal = error as? Refusal { return CommandFailure(refusal.message) }
    guard !(error is CommandFailure), let reason = reason(error) else { return error }
    return CommandFailure(reason + Self.advice(reason))
  }
}
