internal import MusterCSV
internal import MusterClient

/// One import from a file or a pipe, from its survey to its summary.
struct ImportRun: Sendable {
  var begin: BeginImport
  var input: InputFile
  var rejects: RejectsTarget
  var delimiter: UInt8
  var format: OutputFormat
  var connection: ConnectionOptions
  let interrupt = Interrupt()

  /// Runs it.
  ///
  /// - Returns: Whether all rows were stored; false if some were rejected.
  func run() async throws -> Bool {
    // A pipe's rejected rows can only be written if they are kept from the start.
    let spool = input.isRegular || rejects.path == nil ? nil : PipeSpool()
    let survey = try input.isRegular ? survey() : nil
    let lines = SharedLines()
    let source = ImportSource(
      input, delimiter: delimiter, interrupt: interrupt, lines: lines, spool: spool)
    try await source.readHeader()
    var begin = begin
    begin.columns = source.columns
    begin.totals = survey.map { DeclaredTotals(rows: $0.rowCount, cellBytes: $0.cellBytes) }
    let monitor = ImportMonitor(
      lines: lines, reporter: reporter(totalRows: survey?.rowCount),
      rejects: sink(spool, lines, columns: source.columns))
    let opened = begin
    return try await connection.withClient { client in
      try await run(opened, client, source, monitor, survey)
    }
  }

  private func run(
    _ begin: BeginImport, _ client: MusterClient, _ source: ImportSource, _ monitor: ImportMonitor,
    _ survey: CSVSurvey.Result?
  ) async throws -> Bool {
    do {
      let summary = try await client.importMembers(begin) { sender in
        try checkSize(survey, against: sender.accepted.limits)
        try await source.send(to: &sender)
        try checkUnchanged(survey, source)
      } event: { event in
        try monitor.received(event)
      }
      let hasRejects = try finishRejects(monitor)
      try monitor.finished(summary, rejectsPath: hasRejects ? rejects.path : nil)
      return summary.progress.counts.rejected == 0
    } catch {
      monitor.failed()
      if (try? finishRejects(monitor)) == true, let path = rejects.path {
        Diagnostics.note("The rows that were rejected so far are in \(path).")
      }
      throw await explained(error, begin, client, monitor)
    }
  }

  /// Reads the file once: what is wrong with it as a whole refuses it before anything is sent.
  private func survey() throws -> CSVSurvey.Result {
    let blocks = BlockReader(input, interrupt: interrupt)
    var survey = CSVSurvey(delimiter: delimiter)
    do {
      while try blocks.nextNow() { unsafe try survey.read(blocks.block) }
      let result = try survey.finish()
      try input.rewind()
      return result
    } catch {
      throw input.naming(error)
    }
  }

  private func reporter(totalRows: UInt64?) -> sending any ImportReporter {
    switch format {
    case .ndjson: NDJSONReporter()
    case .text:
      TextReporter(
        source: input.name, totalRows: totalRows, hasRejectsPath: rejects.path != nil)
    }
  }

  private func sink(
    _ spool: PipeSpool?, _ lines: SharedLines, columns: [[UInt8]]
  ) -> sending any Rejects {
    guard let path = rejects.path else { return NoRejects() }
    let plan = RejectsPlan(path: path, delimiter: delimiter, columns: columns, lines: lines)
    if let spool { return PipeRejects(plan, spool: spool) }
    return FileRejects(plan, input: input)
  }

  /// A rejects file that nobody named and that cannot be written spoils no import.
  private func finishRejects(_ monitor: ImportMonitor) throws -> Bool {
    do {
      return try monitor.finishRejects()
    } catch {
      guard !rejects.isNamed, let failure = error as? CommandFailure else { throw error }
      Diagnostics.note("\(failure.message) The rejected rows are not in a file.")
      return false
    }
  }
}
