internal import MusterCore

/// Looks through all members for those that use something of the catalogue; on the writer's thread,
/// in its transaction.
///
/// - Complexity: O(members), well under a second a million.
@safe struct MemberScan {
  let connection: Connection

  /// Members that are rewritten at a time, and bytes of their records.
  private static let batchMembersMax = 1_024
  private static let batchBytesMax = 4 * 1024 * 1024

  func count(_ use: MemberUse) throws(StoreError) -> Int {
    if case .role(let role) = use {
      return Int(
        try connection.integer("SELECT count(*) FROM member WHERE role_id = \(role.id)"))
    }
    if case .label(let slug) = use {
      let query = try connection.prepare("SELECT count(*) FROM member WHERE \(Self.hasLabel)")
      query.bind(1, ",\(slug),")
      guard try query.step() else { return 0 }
      defer { query.reset() }
      return Int(query.integer(0))
    }
    return try countForms(use)
  }

  private static let hasLabel = "instr(',' || labels || ',', ?1) > 0"
  private static let hasForm = "instr(forms, ?1) > 0"

  /// What is in the JSON of every member that has values of a form, and of no other: within a value
  /// a quote has a backslash before it.
  private static func mark(_ use: MemberUse) -> String {
    switch use {
    case .form(let form), .field(_, let form), .formWithout(_, let form), .values(_, _, let form):
      "\"\(form)\":{"
    case .label(let slug): ",\(slug),"
    case .role: ""
    }
  }

  private func countForms(_ use: MemberUse) throws(StoreError) -> Int {
    let query = try connection.prepare("SELECT id, forms FROM member WHERE \(Self.hasForm)")
    query.bind(1, Self.mark(use))
    var count = 0
    while try query.step() {
      do throws(RecordDamage) {
        if unsafe try use.accepts(forms: query.borrowed(1)) { count += 1 }
      } catch {
        throw Self.damage(query.integer(0))
      }
    }
    return count
  }

  private static func damage(_ member: Int64) -> StoreError {
    StoreError(.dataLoss, "The form values of member \(member) are not what Muster wrote.")
  }

  // MARK: Rewriting

  /// Rewrites the records that a change concerns, in batches of bounded memory.
  ///
  /// - Parameter changed: Called with each member's number once its record is another.
  /// - Returns: How many members it concerned.
  func rewrite(
    _ rewrite: MemberRewrite, _ changed: (UInt32) -> Void
  ) throws(StoreError) -> Int {
    let isLabel = if case .label = rewrite { true } else { false }
    let column = isLabel ? "labels" : "forms"
    let query = try connection.prepare(
      """
      SELECT id, \(column) FROM member WHERE id > ?2 AND \(isLabel ? Self.hasLabel : Self.hasForm)
      ORDER BY id LIMIT \(Self.batchMembersMax)
      """)
    let update = try connection.prepare("UPDATE member SET \(column) = ?1 WHERE id = ?2")
    let scratch = ByteScratch()
    query.bind(1, Self.mark(rewrite.use))
    var count = 0
    var last: Int64 = 0
    while true {
      scratch.reset()
      query.bind(2, last)
      let batch = unsafe try Self.batch(rewrite, query, scratch, &last)
      guard let batch = unsafe batch else { return count }
      for place in unsafe batch.indices {
        let member = unsafe batch[place].member
        unsafe update.bindBorrowed(1, batch[place].text)
        update.bind(2, member)
        try update.run()
        changed(UInt32(truncatingIfNeeded: member))
      }
      count += unsafe batch.count
    }
  }

  /// The new texts of the next members; nil if there are no more.
  private static func batch(
    _ rewrite: MemberRewrite, _ query: Statement, _ scratch: ByteScratch, _ last: inout Int64
  ) throws(StoreError) -> [(member: Int64, text: CellBytes)]? {
    var batch: [(member: Int64, text: CellBytes)] = unsafe []
    var byteCount = 0
    let first = last
    while byteCount < batchBytesMax, try query.step() {
      last = query.integer(0)
      let text = unsafe query.borrowed(1)
      byteCount += unsafe text.count
      do throws(RecordDamage) {
        if let new = unsafe try rewrite.applied(to: text, in: scratch) {
          unsafe batch.append((last, new))
        }
      } catch {
        throw damage(last)
      }
    }
    query.reset()
    return last == first ? nil : unsafe batch
  }
}
