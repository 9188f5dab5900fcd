/// What a store does with one member at a time.
///
/// A part of ``MemberStore``, and like it safe to be called from any thread.
public protocol SingleMembers {
  /// The seed that rows must be hashed with.
  var hashSeed: HashSeed { get }

  /// A member as the newest commit has it; never with anything that is not durable.
  ///
  /// - Throws: `notFound`.
  func member(_ key: MemberKey) async throws(StoreError) -> MemberSnapshot

  /// Members in the order of their numbers.
  func members(_ query: MemberQuery) async throws(StoreError) -> MemberPage

  /// Applies the one row of a chunk as an import would, outside of any import; durable when it
  /// returns.
  ///
  /// - Parameter definition: What the row was checked with; its id is not looked at.
  /// - Throws: `invalidArgument` for an unknown role.
  func signUp(
    _ chunk: CheckedChunk, _ definition: ImportDefinition
  ) async throws(StoreError) -> SignupOutcome

  /// Deletes a member, with what it held before imports changed it, and the faults of rows that
  /// were about it. All of that is gone, and durably so, when it returns.
  ///
  /// - Returns: The member's number, which nobody gets again.
  /// - Throws: `notFound`.
  func deleteMember(_ key: MemberKey) async throws(StoreError) -> UInt64
}

/// Which members a page is to have.
public struct MemberQuery: Sendable, Equatable {
  /// The conditions that they meet.
  public var filter = MemberFilter()
  /// Only members with a higher number; 0 begins with the first.
  public var after: UInt64 = 0
  /// How many at most, from 1 to ``Limits/membersPerPageMax``.
  public var countMax: Int

  /// Asks for the first members.
  public init(countMax: Int = MemberQuery.countUsual) { self.countMax = countMax }

  /// How many a page has unless its caller says: a screen or two.
  public static let countUsual = 100
}

/// A part of a listing of members.
public struct MemberPage: Sendable, Equatable {
  /// In the order of their numbers; may be fewer than asked for, or none, also before the end.
  public var members: [MemberSnapshot]
  /// Where the next page begins; 0 if this is the last.
  public var next: UInt64

  /// Makes a page.
  public init(members: [MemberSnapshot], next: UInt64) {
    self.members = members
    self.next = next
  }
}

/// What became of a signup.
public enum SignupOutcome: Sendable, Equatable {
  /// The member as it is now, whether it was made, and whether anything of it was changed.
  case accepted(MemberSnapshot, isCreated: Bool, isChanged: Bool)
  /// Rules that it broke; nothing was changed.
  case rejected([RowFault])
}
