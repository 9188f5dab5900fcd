internal import MusterCore
internal import MusterFaults

/// One member at a time.
extension WorkspaceWriter {
  /// What the record of a member says that no import has changed last: one that has been signed up.
  static let noImport: Int64 = 0

  /// Applies the row of a signup in the open transaction; `done` is called once that is durable, or
  /// has failed.
  ///
  /// It goes the way of an import's row, but leaves nothing in the ledger.
  func signUp(
    _ chunk: CheckedChunk, _ definition: ImportDefinition,
    done: @escaping @Sendable (Result<SignupOutcome, StoreError>) -> Void
  ) throws(StoreError) {
    let running = RunningImport(
      definition: definition, seq: Self.noImport, roleID: try role(definition.options.role),
      start: .ofSignup(seed), ledgerFaultCount: 0
    ) { _ in }
    try openTransaction()
    let outcome: SignupOutcome
    do throws(StoreError) {
      let faults = try applier.apply(chunk, rows: 0..<1, to: running, now: clock()).faults
      let counts = running.progress.counts
      outcome =
        faults.isEmpty
        ? .accepted(
          try signedUp(chunk, definition.catalogue), isCreated: counts.created > 0,
          isChanged: counts.unchanged == 0)
        : .rejected(Array(faults.prefix(Limits.faultsPerSignupMax)))
    } catch {
      throw fail(error)
    }
    finishGroup(with: chunk) { error in done(error.map { .failure($0) } ?? .success(outcome)) }
  }

  /// The member that has the identifiers of an applied row.
  private func signedUp(
    _ chunk: CheckedChunk, _ catalogue: Catalogue
  ) throws(StoreError) -> MemberSnapshot {
    let values = unsafe chunk.values(ofRow: 0)
    for identifier in IdentityIndex.Identifier.allCases {
      let hash = unsafe chunk.row(0).pointee.hash(identifier)
      guard hash != 0 else { continue }
      let candidates = index.table(identifier).all(hash)
      if candidates.contains(where: applier.deferred.contains) { try applier.writeDeferred() }
      let found = unsafe try memberRows.holder(
        identifier, values[identifier.rawValue], among: candidates, catalogue)
      if let found { return found }
    }
    throw StoreError(.internalError, "The member that was signed up is not found again.")
  }

  // MARK: Deleting

  /// Deletes a member and the faults of rows about it, in a transaction of its own; its
  /// before-images are marked to go.
  ///
  /// - Throws: `notFound`.
  func delete(_ key: MemberKey) throws(StoreError) -> UInt32 {
    Failpoint.erasing.reach()
    return try change { () throws(StoreError) -> UInt32 in
      try index.exclusively { () throws(StoreError) -> UInt32 in
        let record = UnsafeMutablePointer<CellBytes>.allocate(capacity: MemberRecord.slotCount)
        defer { unsafe record.deallocate() }
        defer { undoRun.statements.endReading() }
        undoRun.scratch.reset()
        let member = try number(of: key)
        guard
          unsafe try undoRun.statements.readIfStored(
            member, into: record, scratch: undoRun.scratch)
        else { throw key.notFound }
        unsafe try undoRun.remove(member, record)
        try undoRun.tables.remember(lastMember: index.lastMember)
        try erasure.deleteFaults(of: member)
        try erasure.mark(member)
        return member
      }
    }
  }

  private func number(of key: MemberKey) throws(StoreError) -> UInt32 {
    if case .id(let id) = key {
      guard let number = UInt32(exactly: id), number > 0 else { throw key.notFound }
      return number
    }
    guard let (identifier, value) = key.identifier else { throw key.notFound }
    let holder = unsafe try IdentifierText(value).withCell { cell throws(StoreError) in
      unsafe try undoRun.holder(of: identifier.rawValue, cell)
    }
    guard let holder else { throw key.notFound }
    return holder
  }

  /// Takes what deleted members held out of some blobs, in a transaction of its own.
  func erase(_ members: Set<UInt32>, from blobs: [BlobName]) throws(StoreError) {
    Failpoint.erasing.reach()
    try change { () throws(StoreError) in
      for name in blobs {
        guard let blob = try erasure.blob(name) else { continue }
        guard let rest = try? UndoScan.rest(of: blob, without: members) else {
          throw name.damage()
        }
        if rest.count < blob.count {
          try undoRun.tables.keep(rest, ofBlob: name.place, of: name.importSeq)
        }
      }
    }
  }

  /// Nothing is left of what these members held.
  func endErasure(of members: Set<UInt32>) throws(StoreError) {
    Failpoint.erasing.reach()
    try change { () throws(StoreError) in
      for member in members { try erasure.unmark(member) }
    }
  }
}

extension ImportStart {
  /// Where the import of one row begins that the ledger does not know.
  fileprivate static func ofSignup(_ seed: HashSeed) -> ImportStart {
    ImportStart(
      record: ImportRecord(
        importID: "", state: .open, progress: ImportProgress(), columns: [], startedAt: 0,
        finishedAt: 0), cellByteCount: 0, seed: seed)
  }
}
