internal import MusterCSV
internal import MusterClient
internal import MusterCore
internal import MusterFiles

/// One import from a file or a pipe, from its survey to its summary.
struct ImportRun: Sendable {
  var begin: BeginImport
  var input: InputFile
  var rejects: RejectsTarget
  var delimiter: UInt8
  var format: OutputFormat
  var connection: ConnectionOptions
  /// Whether the caller asked to go on with an interrupted import.
  var resumes: Bool
  /// How long to try to reach a daemon that is gone.
  var reconnectSeconds: UInt32
  let interrupt = Interrupt()
  let lines = SharedLines()

  /// Runs it.
  ///
  /// - Parameter asks: Whether the user sees a preview first, and is asked.
  /// - Returns: Whether all rows were stored; false if some were rejected.
  func run(asks: Bool) async throws -> Bool {
    let spool = input.isRegular ? nil : PipeSpool(isNeeded: rejects.path != nil)
    let survey = try input.isRegular ? survey() : nil
    var source = ImportSource(
      input, delimiter: delimiter, interrupt: interrupt, lines: lines, spool: spool)
    try await source.readHeader()
    try checkDelimiter(of: source.columns)
    var begin = begin
    begin.columns = source.columns
    begin.totals = survey.map { DeclaredTotals(rows: $0.rowCount, cellBytes: $0.cellBytes) }
    let note = try note(begin, survey)
    begin.importID = note?.importID ?? begin.importID
    if begin.importID.isEmpty { begin.importID = ImportID.make().text }
    // Who goes on with an import has been asked before.
    var foretold = Foretelling()
    if asks, !resumes, note?.isNew ?? true {
      guard let shown = try await confirm(begin, survey, note) else { return false }
      foretold = shown
      if input.isRegular { source = try await reopened() }
    }
    let monitor = ImportMonitor(
      lines: lines, spool: spool, reporter: reporter(survey?.rowCount, foretold.faults),
      rejects: try sink(spool, note, columns: source.columns))
    let summary: ImportSummary
    do {
      summary = try await carryOut(begin, source, monitor, survey)
    } catch {
      monitor.failed()
      if (try? finishRejects(monitor)) == true, let path = rejects.path {
        Diagnostics.note("The rows that were rejected so far are in \(path).")
      }
      throw await explained(error, begin, monitor, note)
    }
    try conclude(summary, monitor, note)
    return summary.progress.counts.rejected == 0
  }

  /// Writes the rejects file of an import that is finished, and tells the user.
  private func conclude(
    _ summary: ImportSummary, _ monitor: ImportMonitor, _ note: OpenNote?
  ) throws {
    let hasRejects: Bool
    do {
      hasRejects = try finishRejects(monitor)
    } catch {
      monitor.failed()
      guard note != nil, let failure = error as? CommandFailure else { throw error }
      // The note stays: with it the same command has only the rejects file left to write.
      throw CommandFailure(
        "\(failure.message)\nImport \(summary.importID) is finished; run the command again as it "
          + "is to have its rejected rows written.")
    }
    defer { note?.remove() }
    var missing = try finish(summary, monitor, rejectsPath: hasRejects ? rejects.path : nil)
    // Of an import that is refused as a whole, the file has the rows that are to blame.
    if summary.state == .refused { missing = 0 }
    if missing > 0 { tell(missing: missing) }
  }

  /// Tells the summary; an import that is finished is so, whether or not anybody can read that.
  private func finish(
    _ summary: ImportSummary, _ monitor: ImportMonitor, rejectsPath: String?
  ) throws -> UInt64 {
    do {
      return try monitor.finished(summary, rejectsPath: rejectsPath)
    } catch let failure as CommandFailure where !summary.isPreview {
      throw CommandFailure(
        "\(failure.message)\nImport \(summary.importID) is finished all the same; to see its "
          + "counts: muster imports show \(summary.importID)")
    }
  }

  /// Reads the file once: what is wrong with it as a whole refuses it before anything is sent.
  func survey() throws -> CSVSurvey.Result {
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

  private func reporter(
    _ totalRows: UInt64?, _ foretold: FaultDigest?
  ) -> sending any ImportReporter {
    switch format {
    case .ndjson: NDJSONReporter()
    case .text:
      TextReporter(
        source: input.name, totalRows: totalRows, hasRejectsPath: rejects.path != nil,
        shown: foretold)
    }
  }

  func sink(
    _ spool: PipeSpool?, _ note: OpenNote?, columns: [[UInt8]]
  ) throws -> sending any Rejects {
    guard let path = rejects.path else { return NoRejects() }
    let plan = RejectsPlan(
      path: path, rule: rejects.rule, delimiter: delimiter, columns: columns, lines: lines)
    if let spool { return try PipeRejects(plan, spool: spool) }
    return try FileRejects(plan, input: input, note: note)
  }

  /// A rejects file that nobody named and that cannot be written spoils no import.
  func finishRejects(_ monitor: ImportMonitor) throws -> Bool {
    do {
      return try monitor.finishRejects()
    } catch {
      guard !rejects.isNamed, let failure = error as? CommandFailure else { throw error }
      Diagnostics.note("\(failure.message) The rejected rows are not in a file.")
      return false
    }
  }
}
