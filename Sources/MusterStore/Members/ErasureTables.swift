internal import MusterCore

/// What goes with a member that is deleted: the faults of rows that were about it at once, its
/// before-images afterwards.
final class ErasureTables {
  private let addLink: Statement
  private let deleteFaults: Statement
  private let deleteLinks: Statement
  private let mark: Statement
  private let unmark: Statement
  private let blob: Statement

  init(_ connection: Connection) throws(StoreError) {
    addLink = try connection.prepare(
      """
      INSERT INTO import_fault_member(import_seq, place, member) VALUES(?1, ?2, ?3)
      ON CONFLICT DO NOTHING
      """)
    deleteFaults = try connection.prepare(
      """
      DELETE FROM import_fault WHERE (import_seq, place) IN (
        SELECT import_seq, place FROM import_fault_member WHERE member = ?1)
      """)
    deleteLinks = try connection.prepare("DELETE FROM import_fault_member WHERE member = ?1")
    mark = try connection.prepare(
      "INSERT INTO erasure(member) VALUES(?1) ON CONFLICT DO NOTHING")
    unmark = try connection.prepare("DELETE FROM erasure WHERE member = ?1")
    blob = try connection.prepare(
      "SELECT images FROM import_image WHERE import_seq = ?1 AND place = ?2")
  }

  /// Notes that a fault of the ledger is of a row about a member.
  func link(_ fault: Int, of seq: Int64, to member: UInt32) throws(StoreError) {
    addLink.bind(1, seq)
    addLink.bind(2, Int64(fault))
    addLink.bind(3, Int64(member))
    try addLink.run()
  }

  /// Deletes the faults of rows that were about a member.
  func deleteFaults(of member: UInt32) throws(StoreError) {
    for statement in [deleteFaults, deleteLinks] {
      statement.bind(1, Int64(member))
      try statement.run()
    }
  }

  /// Notes that what a member held is to go, from before-images and from the log.
  func mark(_ member: UInt32) throws(StoreError) {
    mark.bind(1, Int64(member))
    try mark.run()
  }

  /// A member's before-images are gone.
  func unmark(_ member: UInt32) throws(StoreError) {
    unmark.bind(1, Int64(member))
    try unmark.run()
  }

  /// A blob of before-images; nil if there is none any more.
  func blob(_ name: BlobName) throws(StoreError) -> [UInt8]? {
    blob.bind(1, name.importSeq)
    blob.bind(2, name.place)
    guard try blob.step() else { return nil }
    defer { blob.reset() }
    return unsafe blob.borrowed(0).bytes()
  }
}

/// Which blob of before-images.
struct BlobName: Sendable {
  var importSeq: Int64
  var place: Int64

  /// Before every other.
  static let first = BlobName(importSeq: 0, place: -1)

  func damage() -> StoreError {
    StoreError(
      .dataLoss, "The before-images of import number \(importSeq) are not what Muster wrote.")
  }
}
