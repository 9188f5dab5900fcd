internal import MusterCore

extension WorkspaceWriter {
  /// Loads the identity index from the members.
  static func load(_ index: IdentityIndex, from connection: Connection) throws(StoreError) {
    // The first few tell how many of each identifier there will be.
    let sampleEnd = try connection.integer("SELECT max(id) FROM member") / Int64(sampleParts)
    var isSampled = sampleEnd < sampleMembersMin
    let query = try connection.prepare(
      "SELECT id, email, phone, external_id, import_seq FROM member ORDER BY id")
    while try query.step() {
      let id = query.integer(0)
      guard id > 0, id < Int64(UInt32.max) else {
        throw StoreError(
          .dataLoss, "The database \(connection.path) has a member with the number \(id).")
      }
      unsafe index.load(
        UInt32(id), identifiers: (query.borrowed(1), query.borrowed(2), query.borrowed(3)),
        importSeq: UInt32(truncatingIfNeeded: query.integer(4)))
      if !isSampled && id >= sampleEnd {
        isSampled = true
        index.reserve(times: sampleParts)
      }
    }
    index.reserve(
      UInt32(
        clamping: try connection.integer("SELECT value FROM counter WHERE name = 'last_member'")))
    index.finishLoading()
  }

  /// The part of all members after which loading makes room for the rest, and the fewest for which
  /// that is worth it.
  private static let sampleParts = 32
  private static let sampleMembersMin: Int64 = 1_000
}
