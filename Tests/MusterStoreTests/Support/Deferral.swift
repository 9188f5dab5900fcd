import MusterCore

@testable import MusterStore

extension DeferralRule {
  /// All changes wait, until a few records of them do; small stores keep to it, too.
  static let always = DeferralRule(
    changesMin: 1, changesPerPageMin: 1_000_000, pagesMax: 1_000_000, bytesMax: 3_000)
  /// All changes wait for the commit.
  static let untilCommit = DeferralRule(
    changesMin: 1, changesPerPageMin: 1_000_000, pagesMax: 1_000_000, bytesMax: .max)
}

extension WorkspaceStore {
  /// Opens a store, in which changes wait as the rule says.
  static func open(_ path: String, deferral: DeferralRule) async throws -> WorkspaceStore {
    let store = try WorkspaceStore(name: "test", path: path)
    try await store.run { writer throws(StoreError) in writer.applier.deferral = deferral }
    return store
  }
}
