internal import MusterCore

/// Finds out, from any thread, which members may have an identifier.
///
/// The index knows what is applied and not committed yet, and no longer what that has replaced; so
/// it is asked for both, and the file decides: see ``IndexTurns``.
final class IdentityLookup: @unchecked Sendable {
  /// Touched in its turn only, but for what never changes.
  private let index: IdentityIndex

  init(_ index: IdentityIndex) { self.index = index }

  var seed: HashSeed { index.seed }
  /// Commits that have begun.
  var commitCount: UInt64 { index.turns.commitCount }

  /// The members that may have an identifier.
  func candidates(
    _ identifier: IdentityIndex.Identifier, _ value: [UInt8]
  ) async -> IndexTurns.Answer {
    let hash = unsafe IdentifierText(value).withCell { unsafe index.hash(identifier, $0) }
    return await withCheckedContinuation { continuation in
      index.turns.ask(
        IndexTurns.Question(identifier: identifier, hash: hash, answer: continuation),
        index.candidates)
    }
  }
}

/// The bytes of an identifier that somebody asks for.
struct IdentifierText {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Lends them as a cell.
  func withCell<Result, Failure>(
    _ body: (CellBytes) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    defer { unsafe scratch.deallocate() }
    for (place, byte) in bytes.enumerated() { unsafe scratch[place] = byte }
    return unsafe try body(CellBytes(count: bytes.count, start: scratch))
  }
}

extension MemberKey {
  /// The identifier that it is, with its bytes; nil for a number.
  var identifier: (kind: IdentityIndex.Identifier, value: [UInt8])? {
    switch self {
    case .id: nil
    case .email(let text): (.email, Array(text.utf8))
    case .phone(let text): (.phone, Array(text.utf8))
    case .externalID(let text): (.externalID, Array(text.utf8))
    }
  }
}
