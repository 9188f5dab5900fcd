internal import MusterCore
internal import MusterFaults
internal import MusterWire

/// How an import's rows are checked: in turns, between which the stream looks whether it goes on.
extension ImportStream {
  /// Checks the rows of a chunk that are to be taken, and hands them to the store.
  func apply(
    _ chunk: RowChunk, _ action: ImportSession.ChunkAction, to open: inout OpenImport?
  ) async throws {
    switch action {
    case .skip: try open?.rowsAgain.received(chunk, count: chunk.rowCount)
    case .refuse(let refusal): throw refusal
    case .apply(let skipping, let count, let refusal):
      try open?.rowsAgain.received(chunk, count: skipping)
      var first = skipping
      repeat {
        guard open != nil, await outbox.waitForPlace() else { return }
        let left = skipping + count - first
        let memory = try await access.memory.reserve(
          CheckTurn.bytesMax(rowCount: left, slotCount: open?.checker.plan.slotCount ?? 0),
          .checked)
        guard let checked = try await check(chunk, skipping: first, count: left, &open) else {
          return
        }
        first += checked.rowCount
        open?.cellByteCount += checked.cellByteCount
        memory.resize(to: checked.byteCount)
        outbox.hold(memory)
        if let open { open.store.apply(checked, importID: open.importID) }
        if checked.isOverByteLimit {
          throw ImportSession.tooManyBytes(
            bytesMax: limits.bytesPerImport, isSpooled: open?.options.isSpooled ?? false)
        }
      } while first < skipping + count
      if let refusal { throw refusal }
    }
  }

  /// Checks some rows on a thread that is there for it.
  private func check(
    _ chunk: RowChunk, skipping: Int, count: Int, _ open: inout OpenImport?
  ) async throws -> CheckedChunk? {
    guard let checker = open?.checker, let hints = open?.hints else { return nil }
    let digest = open?.rowDigest
    let bytesLeft =
      limits.bytesPerImport == 0
      ? nil : limits.bytesPerImport - min(limits.bytesPerImport, open?.cellByteCount ?? 0)
    let turn = Mutant.searchesWithoutBudget.isOn ? nil : CheckTurn()
    let (checked, hintsLeft) = try await CheckingThreads.shared.run(for: access.peer.caller.user) {
      var hints = hints
      let checked = checker.check(
        chunk, skipping: skipping, count: count, cellBytesLeft: bytesLeft, &hints, after: digest,
        turn: turn)
      return (checked, hints)
    }
    open?.hints = hintsLeft
    open?.rowDigest = checked.rowDigest
    return checked
  }
}
