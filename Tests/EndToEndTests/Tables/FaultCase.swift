import MusterClient
import MusterTestSupport

/// A row that breaks one rule, and what the command must say of it.
struct FaultCase: Sendable, CustomStringConvertible {
  var code: FaultCode
  /// nil for a fault of the whole row.
  var column: String?
  /// Word for word; GOOD stands for the number of the member that the good row makes.
  var hint: String
  /// The row's cells as they stand in the file, by their columns; others are blank.
  var cells: [String: [UInt8]] = [:]
  /// Cells behind those of the columns.
  var moreCells = 0
  var options: [String] = []

  /// The columns of every case's file.
  static let columns = [
    "email", "phone", "external_id", "name", "date_of_birth", "labels", "notify_sms",
    "form.patient.id", "form.patient.blood", "form.patient.weight",
  ]

  var description: String { "\(code.rawValue), \(column ?? "the row"): \(hint.prefix(60))" }

  init(
    _ code: FaultCode, _ column: String?, _ cells: [String: String], hint: String,
    _ options: [String] = []
  ) {
    self.init(code, column, bytes: cells.mapValues { Array($0.utf8) }, hint: hint)
    self.options = options
  }

  init(_ code: FaultCode, _ column: String?, bytes: [String: [UInt8]], hint: String) {
    self.code = code
    self.column = column
    self.hint = hint
    cells = bytes
    // What only the cell at fault keeps out; a fault of the row says itself who it is.
    if column != nil, !["email", "phone", "external_id"].contains(where: { cells[$0] != nil }) {
      cells["external_id"] = Array("never".utf8)
    }
  }

  init(_ code: FaultCode, moreCells: Int, hint: String) {
    self.init(code, nil, ["external_id": "never"], hint: hint)
    self.moreCells = moreCells
  }

  /// The file: a good row on lines 2 and 3, and the row at fault on line 4.
  func file(good: String) -> [UInt8] {
    let places = Self.columns.dropLast(max(0, -moreCells))
    let row = places.map { cells[$0] ?? [] } + Array(repeating: [], count: max(0, moreCells))
    let blanks = String(repeating: ",", count: Self.columns.count - 4)
    return Array("\(Self.columns.joined(separator: ","))\n,,\(good),\"two\nlines\"\(blanks)\n".utf8)
      + row.joined(separator: Array(",".utf8)) + Array("\n".utf8)
  }
}
