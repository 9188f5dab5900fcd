internal import MusterCore

extension WorkspaceWriter {
  /// Changes what the catalogue has, and the records of members that name it: all, or nothing.
  ///
  /// - Parameter wanted: Ends it, with nothing changed, once nobody waits for it any more.
  /// - Returns: How many members' records were written anew.
  func change(
    _ change: CatalogueChange, of catalogue: Catalogue, while wanted: Wanted = Wanted()
  ) throws(StoreError) -> Int {
    let step = try catalogue.step(change)
    if step.isNarrowing { try checkNobodyImports() }
    let scan = MemberScan(connection: connection)
    return try self.change { () throws(StoreError) -> Int in
      if let obstacle = step.obstacle {
        let count = try connection.interruptible(wanted) { () throws(StoreError) in
          try scan.count(obstacle)
        }
        guard count == 0 else { throw obstacle.refusal(memberCount: count) }
      }
      var count = 0
      if let rewrite = step.rewrite {
        let concerned = try connection.interruptible(wanted) { () throws(StoreError) in
          try scan.count(rewrite.use)
        }
        guard concerned <= MemberRewrite.membersMax else {
          throw StoreError(
            reason: .limitExceeded,
            "The new name would have to be written into \(concerned) members, and one change writes"
              + " at most \(MemberRewrite.membersMax).",
            Limits.facts("members of a renaming", MemberRewrite.membersMax))
        }
        count = try connection.interruptible(wanted) { () throws(StoreError) in
          try scan.rewrite(rewrite) { index.forgetFingerprint($0) }
        }
      }
      try catalogueTables.apply(change, now: clock())
      return count
    }
  }

  /// Rows of a running import were checked against the catalogue as it was.
  ///
  /// - Throws: `failedPrecondition` while an import runs.
  func checkNobodyImports() throws(StoreError) {
    guard !running.isEmpty else { return }
    let count = running.count == 1 ? "An import is" : "\(running.count) imports are"
    throw StoreError(
      reason: .importsRunning,
      "\(count) running in the workspace; try again when nothing runs (see: muster imports list"
        + " --state running).")
  }
}
