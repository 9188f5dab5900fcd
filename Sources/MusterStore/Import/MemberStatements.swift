internal import MusterCore

/// Reads and writes member records, in the layout of ``MemberRecord``.
@safe final class MemberStatements {
  private let select: Statement
  private let insert: Statement
  private let update: Statement
  private let delete: Statement
  private let deferred: DeferredUpdates
  /// The slots that are NULL in each statement now; a new statement has NULL everywhere.
  private var insertNulls = UInt32.max
  private var updateNulls = UInt32.max

  static let columns = """
    email, phone, external_id, name, description, date_of_birth, labels, \
    notify_email, notify_sms, notify_voice, forms
    """

  /// The member that ``select`` stands on; 0 if it stands nowhere.
  private var selected: Int64 = 0
  /// The digits that a stored truth value is read as.
  private let digits: UnsafeMutablePointer<UInt8>

  /// Members that reading passes over rather than seek again: a step costs a fraction of a search.
  private static let stepsMax: Int64 = 4

  /// - Parameter deferred: Changes that wait in the open transaction, which reading goes by.
  init(_ connection: Connection, deferred: DeferredUpdates) throws(StoreError) {
    self.deferred = deferred
    select = try connection.prepare(
      "SELECT id, \(Self.columns) FROM member WHERE id >= ?1 ORDER BY id")
    insert = try connection.prepare(
      """
      INSERT INTO member(id, \(Self.columns), import_seq, role_id, created_at, updated_at)
      VALUES(?12, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?13, ?14, ?15, ?15)
      """)
    delete = try connection.prepare("DELETE FROM member WHERE id = ?1")
    unsafe digits = .allocate(capacity: 2)
    unsafe digits[0] = UInt8(ascii: "0")
    unsafe digits[1] = UInt8(ascii: "1")
    update = try connection.prepare(
      """
      UPDATE member SET email = ?1, phone = ?2, external_id = ?3, name = ?4, description = ?5,
        date_of_birth = ?6, labels = ?7, notify_email = ?8, notify_sms = ?9, notify_voice = ?10,
        forms = ?11, import_seq = ?13, updated_at = ?15 WHERE id = ?12
      """)
  }

  deinit { unsafe digits.deallocate() }

  /// Reads a member's values, copied into the scratch.
  ///
  /// Reading members in the order of their numbers, one soon after the other, goes on from where
  /// the last one stood; ``endReading()`` ends that.
  ///
  /// - Throws: `dataLoss` if there is no such member: the index and the file disagree.
  func read(
    _ member: UInt32, into record: UnsafeMutablePointer<CellBytes>, scratch: ByteScratch
  ) throws(StoreError) {
    guard unsafe try readIfStored(member, into: record, scratch: scratch) else {
      throw StoreError(
        .dataLoss, "Member \(member) is gone from the database; another program changed it.")
    }
  }

  /// Reads a member's values like ``read(_:into:scratch:)``, if there is such a member.
  func readIfStored(
    _ member: UInt32, into record: UnsafeMutablePointer<CellBytes>, scratch: ByteScratch
  ) throws(StoreError) -> Bool {
    if unsafe deferred.read(member, into: record) { return true }
    guard try seek(Int64(member)) else { return false }
    for slot in 0..<MemberRecord.slotCount {
      let column = Int32(slot + 1)
      if slot >= MemberField.notifyEmail.rawValue && slot < MemberField.count {
        unsafe record[slot] = unsafe truthValue(column)
        continue
      }
      let value = unsafe select.borrowed(column)
      if let start = unsafe value.start, unsafe value.count > 0 {
        unsafe record[slot] = unsafe scratch.copy(start, count: value.count)
      } else {
        unsafe record[slot] = unsafe .blank
      }
    }
    return true
  }

  private func truthValue(_ column: Int32) -> CellBytes {
    if select.isNull(column) { return unsafe .blank }
    return unsafe CellBytes(count: 1, start: digits + (select.integer(column) == 0 ? 0 : 1))
  }

  /// Makes the reading statement stand on a member, or on the next one.
  ///
  /// - Returns: Whether there is such a member.
  private func seek(_ member: Int64) throws(StoreError) -> Bool {
    if selected == 0 || member < selected || member > selected + Self.stepsMax {
      endReading()
      select.bind(1, member)
      selected = try select.step() ? select.integer(0) : 0
    }
    while selected != 0 && selected < member {
      selected = try select.step() ? select.integer(0) : 0
    }
    return selected == member
  }

  /// Lets go of the member that was read last; needed before anything is written or committed.
  func endReading() {
    guard selected != 0 else { return }
    select.reset()
    selected = 0
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
    endReading()
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

  /// Deletes a member; reading starts anew after it.
  func delete(_ member: UInt32) throws(StoreError) {
    endReading()
    delete.bind(1, Int64(member))
    try delete.run()
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
