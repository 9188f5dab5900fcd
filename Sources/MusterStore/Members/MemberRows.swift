internal import MusterCore

/// Reads stored members as snapshots, on one connection; used by one caller at a time.
@safe final class MemberRows: @unchecked Sendable {
  private let connection: Connection
  private let one: Statement
  private let following: Statement

  /// Members of one page that are looked at, whether or not the filter takes them: a page is one
  /// read transaction, of some ten milliseconds at most.
  static let scannedMax = 16_384
  /// Bytes of texts that the filter looks through for one page: some 10 ms.
  static let scannedBytesMax = 8 * 1024 * 1024
  /// Bytes of texts after which a page ends: stock clients take 4 MiB a message.
  static let pageBytesMax = 256 * 1024

  private static let columns = "id, \(MemberStatements.columns), role_id, created_at, updated_at"
  private static let roleColumn = Int32(MemberRecord.slotCount + 1)

  init(_ connection: Connection) throws(StoreError) {
    self.connection = connection
    one = try connection.prepare("SELECT \(Self.columns) FROM member WHERE id = ?1")
    following = try connection.prepare(
      "SELECT \(Self.columns) FROM member WHERE id > ?1 ORDER BY id")
  }

  var cacheBytes: Int { connection.cacheByteCount }

  /// A member; nil if there is none with the number.
  func member(_ id: UInt64, _ catalogue: Catalogue) throws(StoreError) -> MemberSnapshot? {
    guard let id = Int64(exactly: id) else { return nil }
    one.bind(1, id)
    guard try one.step() else { return nil }
    defer { one.reset() }
    return try snapshot(one, catalogue)
  }

  /// The one of some members that has an identifier at one moment; nil if none has.
  ///
  /// One read transaction for all of them: else a commit in between could move the identifier from
  /// a member that is not read yet to one that has been.
  func holderAtOnce(
    _ identifier: IdentityIndex.Identifier, _ value: CellBytes, among members: [UInt32],
    _ catalogue: Catalogue
  ) throws(StoreError) -> MemberSnapshot? {
    if members.count > 1 { try connection.execute("BEGIN") }
    defer { if members.count > 1 { try? connection.execute("COMMIT") } }
    return unsafe try holder(identifier, value, among: members, catalogue)
  }

  /// The one of some members that has an identifier; nil if none has.
  func holder(
    _ identifier: IdentityIndex.Identifier, _ value: CellBytes, among members: [UInt32],
    _ catalogue: Catalogue
  ) throws(StoreError) -> MemberSnapshot? {
    for member in members {
      one.bind(1, Int64(member))
      guard try one.step() else { continue }
      defer { one.reset() }
      let stored = unsafe one.borrowed(Int32(identifier.rawValue + 1))
      if unsafe identifier.isSame(stored, value) { return try snapshot(one, catalogue) }
    }
    return nil
  }

  /// A part of the members, in the order of their numbers.
  func page(_ query: MemberQuery, _ catalogue: Catalogue) throws(StoreError) -> MemberPage {
    let countMax = min(max(query.countMax, 1), Limits.membersPerPageMax)
    following.bind(1, Int64(clamping: query.after))
    defer { following.reset() }
    var page = MemberPage(members: [], next: query.after)
    var scanned = 0
    var byteCount = 0
    var scannedBytes = 0
    while page.members.count < countMax, scanned < Self.scannedMax,
      byteCount < Self.pageBytesMax, scannedBytes < Self.scannedBytesMax
    {
      guard try following.step() else {
        page.next = 0
        break
      }
      scanned += 1
      page.next = UInt64(clamping: following.integer(0))
      let isWanted = unsafe query.filter.accepts(roleID: following.integer(Self.roleColumn)) {
        field in
        let value = unsafe following.borrowed(Int32(field.rawValue + 1))
        scannedBytes += unsafe value.count
        return unsafe value
      }
      guard isWanted else { continue }
      let member = try snapshot(following, catalogue)
      byteCount += member.textByteCount
      page.members.append(member)
    }
    return page
  }

  // MARK: Values

  private func snapshot(
    _ row: Statement, _ catalogue: Catalogue
  ) throws(StoreError) -> MemberSnapshot {
    let roleID = row.integer(Self.roleColumn)
    var member = MemberSnapshot(
      id: UInt64(clamping: row.integer(0)),
      role: catalogue.roles.first { $0.id == roleID }?.slug ?? "",
      createdAt: row.integer(Self.roleColumn + 1), updatedAt: row.integer(Self.roleColumn + 2))
    member.email = try text(row, .email)
    member.phone = try text(row, .phone)
    member.externalID = try text(row, .externalID)
    member.name = try text(row, .name)
    member.description = try text(row, .description)
    member.dateOfBirth = try text(row, .dateOfBirth)
    member.labels = try text(row, .labels).split(separator: ",").map(String.init)
    member.notifyEmail = flag(row, .notifyEmail)
    member.notifySMS = flag(row, .notifySMS)
    member.notifyVoice = flag(row, .notifyVoice)
    member.formValues = try formValues(row)
    return member
  }

  private func text(_ row: Statement, _ field: MemberField) throws(StoreError) -> String {
    let value = unsafe row.borrowed(Int32(field.rawValue + 1))
    guard let text = unsafe String(validating: value.buffer, as: UTF8.self) else {
      throw damage(row, "The \(field.columnName)")
    }
    return text
  }

  private func flag(_ row: Statement, _ field: MemberField) -> Bool? {
    let column = Int32(field.rawValue + 1)
    return row.isNull(column) ? nil : row.integer(column) != 0
  }

  private func formValues(_ row: Statement) throws(StoreError) -> [FormValue] {
    do throws(RecordDamage) {
      let document = unsafe try FormDocument(row.borrowed(Int32(MemberRecord.forms + 1)))
      return document.entries.map { entry in
        FormValue(
          form: String(decoding: entry.form, as: UTF8.self),
          field: String(decoding: entry.field, as: UTF8.self),
          value: String(decoding: entry.value, as: UTF8.self))
      }
    } catch {
      throw damage(row, "The set of form values")
    }
  }

  private func damage(_ row: Statement, _ what: String) -> StoreError {
    StoreError(.dataLoss, "\(what) of member \(row.integer(0)) in \(connection.path) is damaged.")
  }
}
