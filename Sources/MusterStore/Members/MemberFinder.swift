internal import MusterCore

/// Finds a member by any of its names, from any thread, in what is committed.
///
/// The index says who it may be, a reader's connection who it is. Between the two a commit may
/// come: then the index is asked again.
struct MemberFinder: Sendable {
  let lookup: IdentityLookup
  let readers: ReaderPool

  /// Times that a member is looked for while commits come in between.
  private static let lookupsMax = 100

  /// - Throws: `notFound`.
  func member(
    _ key: MemberKey, _ catalogue: Catalogue
  ) async throws(StoreError) -> MemberSnapshot {
    if case .id(let id) = key {
      let found = try readers.read { rows throws(StoreError) in try rows.member(id, catalogue) }
      guard let found else { throw key.notFound }
      return found
    }
    guard let (identifier, value) = key.identifier else { throw key.notFound }
    for _ in 0..<Self.lookupsMax {
      let answer = await lookup.candidates(identifier, value)
      let found = unsafe try IdentifierText(value).withCell { cell throws(StoreError) in
        try readers.read { rows throws(StoreError) in
          unsafe try rows.holderAtOnce(identifier, cell, among: answer.candidates, catalogue)
        }
      }
      if let found { return found }
      // Of what a commit has made visible since, the index had not been asked.
      if lookup.commitCount == answer.commitCount { throw key.notFound }
    }
    throw StoreError(.aborted, "The member is being changed all the time; try again in a second.")
  }
}
