internal import MusterCore

/// Reads and writes member records, in the layout of ``MemberRecord``.
final class MemberStatements {
  private let select: Statement
  private let insert: Statement
  private let update: Statement
  /// The slots that are NULL in each statement now; a new statement has NULL everywhere.
  private var insertNulls = UInt32.max
  private var updateNulls = UInt32.max

  static let columns = """
    email, phone, external_id, name, description, date_of_birth, labels, \
    notify_email, notify_sms, notify_voice, forms
    """

  init(_ connection: Connection) throws(StoreError) {
    select = try connection.prepare("SELECT \(Self.columns) FROM member WHERE id = ?1")
    insert = try connection.prepare(
      """
      INSERT INTO member(id, \(Self.columns), import_seq, role_id, created_at, updated_at)
      VALUES(?12, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?13, ?14, ?15, ?15)
      """)
    update = try connection.prepare(
      """
      UPDATE member SET email = ?1, phone = ?2, external_id = ?3, name = ?4, description = ?5,
        date_of_birth = ?6, labels = ?7, notify_email = ?8, notify_sms = ?9, notify_voice = ?10,
        forms = ?11, import_seq = ?13, updated_at = ?15 WHERE id = ?12
      """)
  }

  /// Reads a member's values, copied into the scratch.
  ///
  /// - Throws: `dataLoss` if there is no such member: the index and the file disagree.
  func read(
    _ member: UInt32, into record: UnsafeMutablePointer<CellBytes>, scratch: ByteScratch
  ) throws(StoreError) {
    select.bind(1, Int64(member))
    guard try select.step() else {
      throw StoreError(
        .dataLoss, "Member \(member) is gone from the database; another program changed it.")
    }
    for slot in 0..<MemberRecord.slotCount {
      let value = unsafe select.borrowed(Int32(slot))
      if let start = unsafe value.start, unsafe value.count > 0 {
        unsafe record[slot] = unsafe scratch.copy(start, count: value.count)
      } else {
        unsafe record[slot] = unsafe .blank
      }
    }
    select.reset()
  }

  /// What all records of one batch have in common.
  struct Stamp {
    /// The ledger's number of the import.
    var importSeq: Int64
    /// The role of new members.
    var roleID: Int64
    /// Seconds since 1970.
    var now: Int64
  }

  /// Sets what the next inserts and updates have in common.
  func stamp(_ stamp: Stamp) {
    for statement in [insert, update] {
      statement.bind(13, stamp.importSeq)
      statement.bind(15, stamp.now)
    }
    insert.bind(14, stamp.roleID)
  }

  func insert(_ member: UInt32, _ record: UnsafePointer<CellBytes>) throws(StoreError) {
    insertNulls = unsafe bind(insert, member, record, nulls: insertNulls)
    try insert.run()
  }

  func update(_ member: UInt32, _ record: UnsafePointer<CellBytes>) throws(StoreError) {
    updateNulls = unsafe bind(update, member, record, nulls: updateNulls)
    try update.run()
  }

  /// Binds a record's values; a parameter that is NULL already is left alone.
  ///
  /// - Parameter nulls: The slots that are NULL in the statement, one bit each.
  /// - Returns: The slots that are NULL now.
  @inline(__always)
  private func bind(
    _ statement: Statement, _ member: UInt32, _ record: UnsafePointer<CellBytes>, nulls: UInt32
  ) -> UInt32 {
    var nulls = nulls
    for slot in 0..<MemberRecord.slotCount {
      let value = unsafe record[slot]
      let bit: UInt32 = 1 << UInt32(slot)
      if unsafe value.count == 0 {
        if nulls & bit == 0 { statement.bindNull(Int32(slot + 1)) }
        nulls |= bit
        continue
      }
      nulls &= ~bit
      if slot >= MemberField.notifyEmail.rawValue && slot < MemberField.count {
        statement.bind(Int32(slot + 1), unsafe value.start?.pointee == UInt8(ascii: "1") ? 1 : 0)
      } else {
        unsafe statement.bindBorrowed(Int32(slot + 1), value)
      }
    }
    statement.bind(12, Int64(member))
    return nulls
  }
}
