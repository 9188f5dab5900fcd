internal import MusterCore

/// One member at a time, past the gate.
extension GatedStore: SingleMembers {
  var hashSeed: HashSeed { base.hashSeed }

  func member(_ key: MemberKey) async throws(StoreError) -> MemberSnapshot {
    try await base.member(key)
  }

  func members(_ query: MemberQuery) async throws(StoreError) -> MemberPage {
    try await base.members(query)
  }

  func signUp(
    _ chunk: CheckedChunk, _ definition: ImportDefinition
  ) async throws(StoreError) -> SignupOutcome {
    try await base.signUp(chunk, definition)
  }

  func deleteMember(_ key: MemberKey) async throws(StoreError) -> UInt64 {
    try await base.deleteMember(key)
  }
}
