public import MusterCore

extension WorkspaceStore: ImportLedger {
  public func importRecord(_ importID: String) async throws(StoreError) -> ImportRecord {
    try await run { writer throws(StoreError) in try writer.record(importID) }
  }

  public func imports(_ query: ImportQuery) async throws(StoreError) -> ImportPage {
    try await run { writer throws(StoreError) in try writer.imports(query) }
  }

  public func watch(_ importID: String) async throws(StoreError) -> AsyncStream<ImportRecord> {
    let (stream, continuation) = AsyncStream<ImportRecord>.makeStream(
      bufferingPolicy: .bufferingNewest(1))
    try await run { writer throws(StoreError) in
      guard let token = try writer.watch(importID, continuation) else { return }
      continuation.onTermination = { [weak self] _ in
        self?.add(.tidy { $0?.watchers.remove(token, of: importID) })
      }
    }
    return stream
  }

  public func cancel(_ importID: String) async throws(StoreError) -> ImportRecord {
    try await run { writer throws(StoreError) in try writer.cancel(importID) }
  }

  public func faults(
    of importID: String, from first: UInt64
  ) async throws(StoreError) -> LedgerPage<RowFault> {
    try await run { writer throws(StoreError) in
      try writer.ledger.faults(of: writer.stored(importID).seq, from: first)
    }
  }

  public func kept(
    of importID: String, from first: UInt64
  ) async throws(StoreError) -> LedgerPage<KeptField> {
    try await run { writer throws(StoreError) in
      try writer.ledger.kept(of: writer.stored(importID).seq, from: first)
    }
  }

  public func undoStep(importID: String) async throws(StoreError) -> UndoStep {
    try await run { writer throws(StoreError) in try writer.undoStep(importID) }
  }

  // MARK: Retention

  /// Lets go of what is too old, a part at a time, with other work in between.
  ///
  /// What cannot be deleted now, on a full disk say, is found again next time.
  func sweep() {
    add(
      .tidy { [weak self] writer in
        guard let sweep = try? writer?.beginSweep() else { return }
        self?.goOn(with: sweep)
      })
  }

  /// Sweeps after a finish, if the last time was long ago.
  func sweepIfDue() {
    add(
      .tidy { [weak self] writer in
        if writer?.noteFinish() == true { self?.sweep() }
      })
  }

  private func goOn(with sweep: WorkspaceWriter.Sweep) {
    add(
      .tidy { [weak self] writer in
        var sweep = sweep
        if (try? writer?.step(&sweep)) == true { self?.goOn(with: sweep) }
      })
  }
}
