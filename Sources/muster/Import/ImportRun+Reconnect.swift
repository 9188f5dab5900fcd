internal import MusterCSV
internal import MusterClient
internal import MusterCore

extension ImportRun {
  /// Carries the import out, over as many connections as it takes.
  func carryOut(
    _ begin: BeginImport, _ first: ImportSource, _ monitor: ImportMonitor,
    _ survey: CSVSurvey.Result?
  ) async throws -> ImportSummary {
    var source = first
    var outage: Outage?
    while true {
      do {
        return try await attempt(begin, source, monitor, survey, within: outage?.rest)
      } catch {
        guard let next = retry(error, after: outage, monitor) else {
          throw outage.map { final(error, after: $0) } ?? error
        }
        outage = next
        try monitor.waits(next)
        try await wait(next.pause)
        outage?.attempt += 1
        // A file is read again from its beginning; what a pipe has brought is in its spool.
        if input.isRegular { source = try await reopened() }
      }
    }
  }

  /// Carries it out on one connection.
  ///
  /// - Parameter limit: How long to wait for a daemon that does not answer; nil is as usual.
  func attempt(
    _ begin: BeginImport, _ source: ImportSource, _ monitor: ImportMonitor,
    _ survey: CSVSurvey.Result?, within limit: Duration? = nil
  ) async throws -> ImportSummary {
    try await connection.withClient(within: limit) { client in
      let summary = try await client.importMembers(begin) { sender in
        try await source.skip(to: sender.accepted.nextRow, settled: monitor.settle)
        try checkReaches(sender.accepted.nextRow, source)
        try await source.send(to: &sender)
        try checkUnchanged(survey, source)
      } event: { event in
        if case .accepted(let accepted) = event { try checkSize(survey, of: accepted) }
        try monitor.received(event)
        guard case .accepted(let accepted) = event else { return }
        // A pipe's rows come when they come; only those of a file can be looked at now.
        if input.isRegular { try await source.skip(to: accepted.nextRow) }
        try await catchUp(with: accepted, begin, client, monitor)
      }
      // An import that had finished wants no rows, but its rejects file may.
      try await source.skip(to: summary.progress.counts.received, settled: monitor.settle)
      return summary
    }
  }

  /// Hears from the ledger what the daemon decided while nobody listened.
  private func catchUp(
    with accepted: ImportAccepted, _ begin: BeginImport, _ client: MusterClient,
    _ monitor: ImportMonitor
  ) async throws {
    if monitor.lacksFaults(accepted) {
      try monitor.beginRecovery()
      let request = ListFaultsRequest(workspace: begin.workspace, importID: accepted.importID)
      try await client.listFaults(request) { try monitor.recovered($0) }
    }
    try monitor.caughtUp(accepted)
  }

  /// The outage that an error begins or goes on with; nil to give up.
  func retry(
    _ error: any Error, after last: Outage?, _ monitor: ImportMonitor
  ) -> Outage? {
    guard !interrupt.isRequested, let failure = error as? MusterClientError else { return nil }
    let committed = monitor.standing?.committed ?? 0
    var outage =
      last.flatMap { $0.committed == committed ? $0 : nil }
      ?? Outage(
        reason: "\(failure.message)", limit: .seconds(Int64(reconnectSeconds)), committed: committed
      )
    let decision = ReconnectDecision(
      failure: Self.kind(failure), wasAccepted: monitor.standing != nil, attempt: outage.attempt,
      elapsed: outage.elapsed, limit: outage.limit)
    guard case .retry(let pause) = decision.step(jitter: .random(in: 0...1)) else { return nil }
    outage.pause = pause
    outage.reason = "\(failure.message)"
    return outage
  }

  /// The error of the last attempt, with what the outage began with.
  private func final(_ error: any Error, after outage: Outage) -> any Error {
    guard let failure = error as? MusterClientError, Self.kind(failure) != .other,
      !interrupt.isRequested
    else { return error }
    let said: TerminalText = "\(failure.message)"
    let last: TerminalText = said == outage.cause ? "" : "\n\(said)"
    return CommandFailure(
      "\(outage.cause)\(last)\nTrying to go on was in vain for "
        + "\(NumberText.duration(seconds: Double(reconnectSeconds))).")
  }

  private static func kind(_ failure: MusterClientError) -> ReconnectDecision.Failure {
    if failure.reason == .tooManyCalls { return .full }
    return switch failure.code {
    case .unavailable, .cancelled: .unavailable
    case .aborted: .runningElsewhere
    default: .other
    }
  }

  /// Waits until it is time for another attempt, or the user interrupts.
  func wait(_ pause: Duration) async throws {
    let end = ContinuousClock.now + pause
    while true {
      if interrupt.isRequested { throw Interrupted() }
      let rest = end - .now
      guard rest > .zero else { return }
      try await Task.sleep(
        for: min(rest, .milliseconds(Int64(CommandBounds.pollIntervalMilliseconds))))
    }
  }

  /// The file's rows once more.
  func reopened() async throws -> ImportSource {
    try input.rewind()
    lines.removeAll()
    let source = ImportSource(
      input, delimiter: delimiter, interrupt: interrupt, lines: lines, spool: nil)
    try await source.readHeader()
    return source
  }
}
