internal import MusterCore
internal import MusterWire

/// One member of an export, as a row of cells.
///
/// It keeps the message that it came in alive, of at most 64 KiB or one row; whoever keeps many
/// rows keeps ``member`` or ``cells`` instead.
public struct ExportedRow: Sendable {
  let chunk: RowChunk
  let row: Int
  let header: ExportColumns

  /// The columns of the export, one for each cell.
  public var columns: [MemberColumn] { header.columns }

  /// The cells as text; nil for a blank one. An import of the same columns takes them as they are.
  public var cells: [String?] {
    (0..<cellCount).map { text(at: $0) }
  }

  /// How many cells the row has.
  public var cellCount: Int { unsafe chunk.cells(ofRow: row).count }

  /// The cell of a column as text; nil if it is blank or the export lacks the column.
  public subscript(column: MemberColumn) -> String? {
    header.places[column].flatMap { text(at: $0) }
  }

  /// Lends the bytes of a cell, without a copy; none for a blank one.
  ///
  /// - Parameters:
  ///   - place: The cell's place in the row, less than ``cellCount``.
  ///   - body: Looks at the bytes; they are valid only while it does.
  public func withCell<Result>(
    at place: Int, _ body: (Span<UInt8>) throws -> Result
  ) rethrows -> Result {
    let cells = unsafe chunk.cells(ofRow: row)
    precondition(place >= 0 && place < cells.count, "ExportedRow: cell \(place) of \(cells.count)")
    return try withExtendedLifetime(chunk) { try unsafe cells[place].withSpan(body) }
  }

  /// The member, with what it has of the fields and forms that this library knows.
  public var member: Member {
    var member = Member()
    for (place, column) in header.columns.enumerated() where place < cellCount {
      guard let text = text(at: place) else { continue }
      switch column {
      case .email: member.email = text
      case .phone: member.phone = text
      case .externalID: member.externalID = text
      case .name: member.name = text
      case .description: member.description = text
      case .dateOfBirth: member.dateOfBirth = withCell(at: place) { DateRule.day($0) }
      case .labels: member.labels = text.split(separator: ",").map(String.init)
      case .notifyEmail: member.notifyEmail = text == "true"
      case .notifySMS: member.notifySMS = text == "true"
      case .notifyVoice: member.notifyVoice = text == "true"
      case .form(let type, let field): member.forms[type, default: [:]][field] = text
      case .named: break
      }
    }
    return member
  }

  /// The member's number, if the export was asked for it.
  public var id: Int64? { self[.named("_id")].flatMap { Int64($0) } }

  /// The slug of the member's role, if the export was asked for it.
  public var role: String? { self[.named("_role")] }

  private func text(at place: Int) -> String? {
    guard place < cellCount else { return nil }
    return withCell(at: place) { cell in
      cell.isEmpty
        ? nil : unsafe cell.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
  }
}

/// The columns of an export, shared by its rows.
final class ExportColumns: Sendable {
  let columns: [MemberColumn]
  let places: [MemberColumn: Int]

  init(_ names: [String]) {
    columns = names.map { MemberColumn($0) }
    places = Dictionary(zip(columns, columns.indices)) { first, _ in first }
  }
}
