public import MusterCore
internal import MusterFaults

extension WorkspaceStore: SingleMembers {
  public var hashSeed: HashSeed { opening.seed }

  public func member(_ key: MemberKey) async throws(StoreError) -> MemberSnapshot {
    try await whileOpen { finder throws(StoreError) in try await finder.member(key, self.catalogue)
    }
  }

  public func members(_ query: MemberQuery) async throws(StoreError) -> MemberPage {
    try await whileOpen { finder throws(StoreError) in
      let catalogue = self.catalogue
      return try finder.readers.read { rows throws(StoreError) in try rows.page(query, catalogue) }
    }
  }

  /// Reads while the workspace is open, and is kept so.
  private func whileOpen<Value: Sendable>(
    _ body: (MemberFinder) async throws(StoreError) -> Value
  ) async throws(StoreError) -> Value {
    let hold = uses.hold()
    defer { withExtendedLifetime(hold) {} }
    let open = uses.lookup
    let lookup =
      if let open { open } else { try await run { writer in IdentityLookup(writer.index) } }
    return try await body(MemberFinder(lookup: lookup, readers: readers))
  }

  public func signUp(
    _ chunk: CheckedChunk, _ definition: ImportDefinition
  ) async throws(StoreError) -> SignupOutcome {
    guard chunk.faults.isEmpty else {
      return .rejected(Array(chunk.faults.prefix(Limits.faultsPerSignupMax)))
    }
    return try await answer { writer, done throws(StoreError) in
      try self.checkPlan(of: definition)
      try writer.signUp(chunk, definition, done: done)
    }
  }

  // MARK: Deleting

  public func deleteMember(_ key: MemberKey) async throws(StoreError) -> UInt64 {
    let member = try await run { writer throws(StoreError) in try writer.delete(key) }
    try await eraseImages()
    return UInt64(member)
  }

  /// Takes what deleted members held out of all before-images.
  func eraseImages() async throws(StoreError) {
    try await erasures.pass { [self] in
      do throws(StoreError) {
        return .success(try await runErasure())
      } catch {
        return .failure(error)
      }
    }
  }

  private func runErasure() async throws(StoreError) {
    let hold = uses.hold()
    defer { withExtendedLifetime(hold) {} }
    let search = try ImageSearch(path: location)
    let members = try search.markedMembers()
    guard !members.isEmpty else { return }
    while let blobs = try search.next(of: members) {
      if !blobs.isEmpty {
        try await run { writer throws(StoreError) in try writer.erase(members, from: blobs) }
      }
      await Task.yield()
    }
    if try await emptyLogOfErased() {
      try await run { writer throws(StoreError) in try writer.endErasure(of: members) }
    }
  }

  /// Empties the log, whose older pages hold what deleted members held.
  ///
  /// - Returns: false if somebody keeps reading from it; what is left is done when the workspace is
  ///   opened again.
  private func emptyLogOfErased() async throws(StoreError) -> Bool {
    if Mutant.keepsDeletedInLog.isOn { return true }
    for _ in 0..<Self.emptyingTriesMax {
      readers.close()
      let isEmpty = try await run { writer throws(StoreError) in
        if let error = writer.commit() { throw error }
        if let damage = writer.damage { throw damage }
        Failpoint.erasing.reach()
        return try writer.emptyLog(
          readersTimeMilliseconds: LogTidying.readersTimeMilliseconds)
      }
      if isEmpty { return true }
      await Task.yield()
    }
    return false
  }

  /// A reader of ours is done within milliseconds; another program may take as long as it likes.
  private static let emptyingTriesMax = 20
}
