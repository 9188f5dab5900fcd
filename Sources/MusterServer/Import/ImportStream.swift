internal import GRPCCore
internal import Logging
internal import MusterCore
internal import MusterFaults
internal import MusterWire

/// One import, from begin to summary: reads its stream, checks its rows, hands them to the store.
///
/// Checking runs here, on the stream's task, beside the store's thread.
struct ImportStream {
  let stores: any StoreProvider
  let limits: Limits
  let stopping: StopFlag
  let deadline: CallDeadline
  let access: CallAccess
  let logger: Logger
  let outbox = ImportOutbox()

  init(
    stores: any StoreProvider, limits: Limits, stopping: StopFlag, deadline: CallDeadline,
    access: CallAccess, logger: Logger
  ) {
    self.stores = stores
    self.limits = limits
    self.stopping = stopping
    self.deadline = deadline
    self.access = access
    self.logger = logger
  }

  /// Serves the stream to its end.
  ///
  /// - Throws: An `RPCError` unless the import finished; what is committed stays.
  func run(
    _ messages: RPCAsyncSequence<PackedImportRequest, any Error>,
    _ writer: RPCWriter<ImportResponse>
  ) async throws {
    let (outbox, stopping) = (outbox, stopping)
    let sender = Task {
      do {
        try await outbox.drain { message in
          Failpoint.beforeAnswer.reach()
          try await writer.write(message)
        }
      } catch {
        // The client is gone; nobody reads what is left.
        outbox.cancel()
        throw error
      }
    }
    let receiver = Task { try await receive(messages) }
    // A client that waits must hear at once that the store has ended its import.
    outbox.onEnd { receiver.cancel() }
    let result = await withRPCCancellationHandler {
      await receiver.result
    } onCancelRPC: {
      outbox.cancel()
      guard !stopping.isSet else { return }
      // Where to go on is still said, but a write to a client that is gone would wait for ever.
      Task {
        try await Task.sleep(for: TransportBounds.partingTime)
        sender.cancel()
      }
    }
    outbox.close()
    try? await sender.value
    do {
      try result.get()
    } catch {
      throw RPCError(
        failure: error, cancellation: StoreError(.cancelled, "The call was cancelled."),
        otherwise: StoreError(.unavailable, "The stream broke; the import stays open."))
    }
  }

  /// Receives the stream; an error says which import it is about, once that is open.
  private func receive(_ messages: RPCAsyncSequence<PackedImportRequest, any Error>) async throws {
    var facts: [ErrorFact: String] = [:]
    do {
      try await receive(messages, &facts)
    } catch let error as any ExplainedError {
      throw StoreError(error).with(facts)
    }
  }

  private func receive(
    _ messages: RPCAsyncSequence<PackedImportRequest, any Error>, _ facts: inout [ErrorFact: String]
  ) async throws {
    var session = ImportSession()
    var open: OpenImport?
    var hasSummary = false
    var silence: SilentRepeat?
    do {
      for try await message in messages {
        // Nobody looks at what comes after an answer that was waited for.
        if let silence, !silence.heard() { return }
        silence = nil
        switch try await access.memory.unpack(message) {
        case .begin(let begin):
          try session.receivedBegin()
          let opened = try await self.open(begin)
          open = opened
          facts = [.importID: opened.importID, .workspace: opened.store.name]
          outbox.send(.accepted(opened.accepted(limits)))
          if opened.isFinished, Mutant.answersOldSummary.isOn {
            outbox.send(.summary(opened.summary(opened.start.record)))
            return
          }
          if opened.isFinished {
            session.openedAgain(opened.start.identity)
            silence = answerInSilence(opened)
          } else {
            session.opened(nextRow: opened.nextRow, bound: .init(limits, begin.options))
          }
        case .chunk(let chunk):
          var action = session.receivedChunk(firstRow: chunk.firstRow, rowCount: chunk.rowCount)
          if Mutant.ignoresOffset.isOn {
            action = .apply(skipping: 0, count: chunk.rowCount, then: nil)
          }
          try await apply(chunk, action, to: &open)
        case .finish(let rowCount):
          try session.receivedFinish(rowCount: rowCount)
          guard let finishing = open else { break }
          if finishing.isFinished {
            outbox.send(.summary(finishing.summary(finishing.start.record)))
            hasSummary = true
            break
          }
          let outcome = try await finishing.store.finish(
            importID: finishing.importID, rowCount: rowCount)
          _ = await finishing.store.release(importID: finishing.importID)
          open = nil
          log(finishing.isPreview ? "previewed" : "finished", finishing, outcome.record.progress)
          try await tell(outcome, of: finishing)
          hasSummary = true
        }
        if !hasSummary { try checkEnd() }
      }
      if let silence, !silence.heard() { return }
      if !hasSummary { try checkEnd() }
      try session.receivedEnd()
      if !hasSummary, let open { outbox.send(.summary(open.summary(open.start.record))) }
    } catch {
      // Nothing can take a summary back: neither a stop nor a client that waits no longer.
      if hasSummary, outbox.end != nil { return }
      if case .answered = outbox.end { return }
      guard let interrupted = open else { throw reasonBeforeBegin(error) }
      if interrupted.isFinished {
        outbox.send(.progress(interrupted.start.record.progress))
        throw reasonBeforeBegin(error)
      }
      let progress = await interrupted.store.release(importID: interrupted.importID)
      // Releasing commits, and that may be when the import stops or fails.
      let error = endError ?? error
      outbox.send(.progress(progress))
      log("interrupted", interrupted, progress)
      guard stopping.isSet else { throw error }
      if interrupted.isPreview {
        throw StoreError(
          reason: .daemonStopping, "The daemon is stopping; begin the preview again.")
      }
      throw StoreError(
        reason: .daemonStopping,
        "The daemon is stopping; \(progress.committed) rows of import \(interrupted.importID) are"
          + " kept, and it goes on at row \(progress.committed) when begun again with this id.",
        [.nextRow: "\(progress.committed)"])
    }
  }

  /// Tells how an import has ended that is begun again, unless its rows come first.
  private func answerInSilence(_ opened: OpenImport) -> SilentRepeat {
    let silence = SilentRepeat()
    let (outbox, summary) = (outbox, opened.summary(opened.start.record))
    silence.begin(TransportBounds.repeatSilenceMax) { outbox.answer(summary) }
    return silence
  }

  func checkEnd() throws {
    if let error = endError { throw error }
  }

  /// What made the store, the client or the options end the import.
  private var endError: (any Error)? {
    switch outbox.end {
    case .failed(let error): error
    case .stopped(let progress): StoreError.stopped(progress)
    case .answered: nil
    case .cancelled: deadline.cancellation
    case nil: nil
    }
  }

  /// What a stream ends with on which no import is open.
  private func reasonBeforeBegin(_ error: any Error) -> any Error {
    guard case .cancelled = outbox.end, stopping.isSet else { return endError ?? error }
    return StoreError(
      reason: .daemonStopping, "The daemon is stopping; begin the import again in a second.")
  }

  // MARK: Begin

  /// Opens the import that a begin asks for; an error names the fields of the whole message.
  private func open(_ begin: BeginImport) async throws -> OpenImport {
    do {
      return try await checkedOpen(begin)
    } catch let error as ColumnRefusal {
      throw error.error(list: "begin.columns")
    } catch let error as StoreError {
      throw error.inside("begin")
    }
  }

  private func checkedOpen(_ begin: BeginImport) async throws -> OpenImport {
    // A preview is no import: it takes nobody's id, and nobody can go on with it.
    let isPreview = begin.options.mode == .preview
    try access.require(on: [begin.workspace], isPreview: isPreview)
    if let totals = begin.totals {
      try ImportSession.checkTotals(
        rows: totals.rows, cellBytes: totals.cellBytes, limits: limits,
        isSpooled: begin.options.isSpooled)
    }
    let chosen = try ImportID.resolve(begin.importID)
    let importID = isPreview ? try ImportID.resolve("") : chosen
    let store = try await stores.workspace(begin.workspace)
    let catalogue = store.catalogue
    let plan = try ColumnPlan.resolve(
      names: begin.columns, catalogue: catalogue,
      ignoresUnknown: begin.options.ignoresUnknownColumns, columnsMax: limits.columnsMax)
    let definition = ImportDefinition(
      importID: importID, plan: plan, options: begin.options, catalogue: catalogue, limits: limits,
      totals: begin.totals)
    let outbox = outbox
    let start = try await store.begin(definition) { outbox.received($0) }
    return OpenImport(
      store: store, importID: importID, options: begin.options, start: start,
      checker: RowChecker(
        plan: plan, options: begin.options, limits: limits, catalogue: catalogue, seed: start.seed,
        today: Today.utc()),
      cellByteCount: start.cellByteCount, rowDigest: start.rowDigest,
      rowsAgain: ImportIdentity.RowsAgain(start.identity, expected: start.rowDigest))
  }

  private func log(_ what: String, _ open: OpenImport, _ progress: ImportProgress) {
    logger.info(
      "import \(what)",
      metadata: [
        "import_id": "\(open.importID)", "workspace": "\(open.store.name)",
        "peer_uid": "\(access.peer.caller.user)",
        "received": "\(progress.counts.received)", "created": "\(progress.counts.created)",
        "updated": "\(progress.counts.updated)", "unchanged": "\(progress.counts.unchanged)",
        "rejected": "\(progress.counts.rejected)",
      ])
  }
}
