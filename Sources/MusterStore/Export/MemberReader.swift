internal import CSQLite
internal import MusterCore
internal import MusterFaults

/// Reads members page by page; each page is a read transaction of its own.
@safe final class MemberReader: MemberExport, @unchecked Sendable {
  let columns: [String]
  private let connection: Connection
  private let hold: WorkspaceUses.Hold?
  private let query: Statement
  private let extra: [ExportExtra]
  private let filter: MemberFilter
  /// Members that a page looks at.
  private let pageMembers: Int64
  private let roles: [Int64: [UInt8]]
  /// Where the column of each form field is among all of them.
  private let formPlaces: [FieldName: Int]
  private var lastMember: Int64 = 0
  private let scratch = ByteScratch()

  private struct FieldName: Hashable {
    var form: [UInt8]
    var field: [UInt8]
  }

  /// Members of one page: short enough that the log can be checkpointed in between.
  private static let pageMembers: Int64 = 512
  /// The same for a filter, which may accept none of them.
  private static let filteredPageMembers: Int64 = 8_192
  /// After so long a page ends: behind long texts, few members are many pages of the file.
  private static let pageDurationMax = Duration.milliseconds(10)
  /// Members between two looks at the clock.
  private static let membersPerLook: Int64 = 16
  /// Bytes of cells after which a page ends all the same: whoever reads it may hold all of it, and
  /// 512 members of 1 MiB are half a gigabyte.
  private static let pageBytesMax = 256 * 1024
  private static let cacheBytes = 4 * 1024 * 1024

  init(
    path: String, extra: [ExportExtra], filter: MemberFilter = MemberFilter(), catalogue: Catalogue,
    hold: WorkspaceUses.Hold? = nil
  ) throws(StoreError) {
    self.hold = hold
    self.filter = filter
    pageMembers = filter.isEmpty ? Self.pageMembers : Self.filteredPageMembers
    connection = try Connection(path: path, mode: .reader, cacheBytes: Self.cacheBytes)
    query = try connection.prepare(
      """
      SELECT \(MemberStatements.columns), id, role_id, created_at, updated_at FROM member
      WHERE id > ?1 ORDER BY id LIMIT \(pageMembers)
      """)
    if Mutant.exportsInOneTransaction.isOn { try connection.execute("BEGIN") }
    self.extra = extra
    roles = Dictionary(
      uniqueKeysWithValues: catalogue.roles.map { ($0.id, Array($0.slug.utf8)) })
    let fields = catalogue.forms.flatMap { form in form.fields.map { (form.slug, $0.slug) } }
    let names = fields.map { FieldName(form: Array($0.0.utf8), field: Array($0.1.utf8)) }
    formPlaces = Dictionary(zip(names, names.indices)) { first, _ in first }
    columns =
      extra.map(\.columnName) + MemberField.allCases.map(\.columnName)
      + fields.map { FormColumn.name(type: $0.0, field: $0.1) }
  }

  func readPage(
    _ row: (UnsafeBufferPointer<CellBytes>) -> Void
  ) throws(StoreError) -> Bool {
    query.bind(1, lastMember)
    var found: Int64 = 0
    var byteCount = 0
    var cells = unsafe [CellBytes](repeating: .blank, count: columns.count)
    let start = ContinuousClock.now
    while try query.step() {
      found += 1
      scratch.reset()
      lastMember = query.integer(Self.idColumn)
      if found.isMultiple(of: Self.membersPerLook),
        ContinuousClock.now - start > Self.pageDurationMax
      {
        byteCount = Self.pageBytesMax
      }
      guard isWanted else {
        if byteCount >= Self.pageBytesMax { return endPage() }
        continue
      }
      unsafe try fill(&cells)
      unsafe cells.withUnsafeBufferPointer { cells in
        unsafe row(cells)
        for place in 0..<cells.count { byteCount += unsafe cells[place].count }
      }
      if byteCount >= Self.pageBytesMax { return endPage() }
    }
    return found == pageMembers
  }

  /// Ends a page before its last member: it is a transaction of its own.
  private func endPage() -> Bool {
    query.reset()
    return true
  }

  /// Whether the filter accepts the member that the query stands on.
  private var isWanted: Bool {
    if filter.isEmpty { return true }
    return unsafe filter.accepts(roleID: query.integer(Self.idColumn + 1)) { field in
      unsafe query.borrowed(Int32(field.rawValue))
    }
  }

  private static let idColumn = Int32(MemberRecord.slotCount)

  private func fill(_ cells: inout [CellBytes]) throws(StoreError) {
    var place = 0
    for column in extra {
      switch column {
      case .id: unsafe cells[place] = unsafe scratch.copy(Array(String(lastMember).utf8))
      case .role:
        let role = roles[query.integer(Self.idColumn + 1)] ?? []
        unsafe cells[place] = unsafe scratch.copy(role)
      case .createdAt, .updatedAt:
        let seconds = query.integer(Self.idColumn + (column == .createdAt ? 2 : 3))
        unsafe cells[place] = unsafe scratch.copy(Array(UTCTime.text(seconds).utf8))
      }
      place += 1
    }
    for field in MemberField.allCases {
      let value = unsafe query.borrowed(Int32(field.rawValue))
      if field.isBoolean, unsafe value.count > 0 {
        let isTrue = unsafe value.start?.pointee == UInt8(ascii: "1")
        unsafe cells[place] = unsafe scratch.copy(Array((isTrue ? "true" : "false").utf8))
      } else {
        unsafe cells[place] = unsafe value
      }
      place += 1
    }
    guard !formPlaces.isEmpty else { return }
    unsafe try fillForms(&cells, from: place)
  }

  private func fillForms(_ cells: inout [CellBytes], from first: Int) throws(StoreError) {
    for place in first..<columns.count { unsafe cells[place] = unsafe .blank }
    let json = unsafe query.borrowed(Int32(MemberRecord.forms))
    guard unsafe json.count > 0 else { return }
    let document: FormDocument
    do throws(RecordDamage) {
      document = unsafe try FormDocument(json)
    } catch {
      throw StoreError(
        .dataLoss, "The form values of member \(lastMember) are not what Muster wrote.")
    }
    for entry in document.entries {
      guard let place = formPlaces[FieldName(form: entry.form, field: entry.field)] else {
        continue
      }
      unsafe cells[first + place] = unsafe scratch.copy(entry.value)
    }
  }
}
