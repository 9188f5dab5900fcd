internal import MusterCore

/// Checks members page by page, each page in a read transaction of its own.
///
/// Identifiers that were seen are kept as ``IdentityIndex`` keeps them: about as much memory as the
/// index of the workspace. A hit is compared with the stored row in the same transaction, so that
/// what changes meanwhile is no finding.
final class MemberCheck {
  private let connection: Connection
  private let page: Statement
  private let stored: Statement
  private let findImport: Statement
  private let seen = IdentityIndex()
  private var rules = StoredRecordCheck(Catalogue())
  private var roles: Set<Int64> = []
  private var imports: Set<Int64> = [0]
  private var dataVersion: Int64 = -1
  private(set) var lastMember: Int64 = 0

  /// Members of one page.
  static let pageMembers: Int64 = 2_048

  init(_ connection: Connection) throws(StoreError) {
    self.connection = connection
    page = try connection.prepare(
      """
      SELECT \(MemberStatements.columns), id, role_id, import_seq FROM member
      WHERE id > ?1 ORDER BY id LIMIT \(Self.pageMembers)
      """)
    stored = try connection.prepare("SELECT email, phone, external_id FROM member WHERE id = ?1")
    findImport = try connection.prepare("SELECT 1 FROM import WHERE seq = ?1")
    lastMember = try connection.integer("SELECT min(0, coalesce(min(id), 0) - 1) FROM member")
  }

  /// Checks the next page.
  ///
  /// - Returns: Whether there are more.
  func step(_ report: inout CheckReport) throws(StoreError) -> Bool {
    try connection.execute("BEGIN")
    do throws(StoreError) {
      try readCatalogue()
      let hasMore = try checkPage(&report)
      try connection.execute("COMMIT")
      return hasMore
    } catch {
      page.reset()
      stored.reset()
      try? connection.execute("ROLLBACK")
      throw error
    }
  }

  /// Reads roles, labels and forms if anything has changed since.
  private func readCatalogue() throws(StoreError) {
    // A read makes the snapshot that the version is asked of.
    _ = try connection.integer("SELECT count(*) FROM role")
    let version = try connection.integer("PRAGMA data_version")
    guard version != dataVersion else { return }
    dataVersion = version
    let catalogue = try CatalogueTables(connection: connection).load(version: 1)
    rules = StoredRecordCheck(catalogue)
    roles = Set(catalogue.roles.map(\.id))
  }

  private func checkPage(_ report: inout CheckReport) throws(StoreError) -> Bool {
    page.bind(1, lastMember)
    var count: Int64 = 0
    while try page.step() {
      count += 1
      lastMember = page.integer(Int32(MemberRecord.slotCount))
      report.members += 1
      try checkRow(&report)
    }
    return count == Self.pageMembers
  }

  private func checkRow(_ report: inout CheckReport) throws(StoreError) {
    let member = lastMember
    var broken: [CheckRule] = []
    var record = unsafe [CellBytes](repeating: .blank, count: MemberRecord.slotCount)
    for slot in 0..<MemberRecord.slotCount {
      if slot >= MemberField.notifyEmail.rawValue && slot < MemberField.count {
        let isWrong = !page.isNull(Int32(slot)) && !(0...1).contains(page.integer(Int32(slot)))
        if isWrong { broken.append(.invalidBoolean) }
        continue
      }
      unsafe record[slot] = unsafe page.borrowed(Int32(slot))
      if unsafe record[slot].count == 0 && !page.isNull(Int32(slot)) { broken.append(.emptyValue) }
    }
    unsafe record.withUnsafeBufferPointer { values in
      if let first = values.baseAddress { broken += unsafe rules.broken(first) }
    }
    if !roles.contains(page.integer(Int32(MemberRecord.slotCount) + 1)) {
      broken.append(.unknownRole)
    }
    if try !knowsImport(page.integer(Int32(MemberRecord.slotCount) + 2)) {
      broken.append(.unknownImport)
    }
    for rule in broken { report.note(rule, members: [member]) }
    guard member > 0, member <= Int64(Limits.membersPerWorkspaceMax) else {
      return report.note(.memberNumber, members: [member])
    }
    for identifier in IdentityIndex.Identifier.allCases {
      unsafe try compare(identifier, record[identifier.rawValue], UInt32(member), &report)
    }
  }

  private func knowsImport(_ seq: Int64) throws(StoreError) -> Bool {
    if imports.contains(seq) { return true }
    findImport.bind(1, seq)
    defer { findImport.reset() }
    guard try findImport.step() else { return false }
    imports.insert(seq)
    return true
  }

  /// Looks for an earlier member with the same identifier.
  private func compare(
    _ identifier: IdentityIndex.Identifier, _ value: CellBytes, _ member: UInt32,
    _ report: inout CheckReport
  ) throws(StoreError) {
    let hash = unsafe seen.hash(identifier, value)
    guard hash != 0 else { return }
    let table = seen.table(identifier)
    if table.first(hash) != 0 {
      for other in table.all(hash) {
        stored.bind(1, Int64(other))
        guard try stored.step() else { continue }
        let isSame = unsafe identifier.isSame(stored.borrowed(Int32(identifier.rawValue)), value)
        stored.reset()
        if isSame {
          report.note(identifier.duplicateRule, members: [Int64(other), Int64(member)])
          break
        }
      }
    }
    table.insert(hash, member)
  }
}

extension IdentityIndex.Identifier {
  fileprivate var duplicateRule: CheckRule {
    switch self {
    case .email: .duplicateEmail
    case .phone: .duplicatePhone
    case .externalID: .duplicateExternalID
    }
  }
}
