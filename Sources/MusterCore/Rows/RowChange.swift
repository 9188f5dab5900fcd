/// What one row would change, told by a preview.
public struct RowChange: Sendable, Equatable {
  /// What the row does.
  public enum Outcome: Int, Sendable, CaseIterable {
    /// It makes a member.
    case created = 1
    /// It changes a member.
    case updated = 2
  }

  /// The row's number, from 1, as people count.
  public var row: UInt64
  /// What the row does.
  public var outcome: Outcome
  /// The member's number; 0 for one that does not exist yet, because this row makes it or an
  /// earlier one of the same import.
  public var member: UInt32
  /// What would hold another value, the member's own fields first, form fields after them; for a
  /// created member, all that it gets.
  public var fields: [FieldChange]

  /// Says what a row would change.
  public init(row: UInt64, outcome: Outcome, member: UInt32, fields: [FieldChange]) {
    self.row = row
    self.outcome = outcome
    self.member = member
    self.fields = fields
  }

  /// The change in parts of about so many bytes each, or of one field that is larger.
  package func parts(bytesMax: Int) -> [RowChange] {
    var parts: [RowChange] = []
    var part = RowChange(row: row, outcome: outcome, member: member, fields: [])
    var bytes = 0
    for field in fields {
      if bytes > 0 && bytes + field.byteCount > bytesMax {
        parts.append(part)
        part.fields = []
        bytes = 0
      }
      part.fields.append(field)
      bytes += field.byteCount
    }
    return parts + [part]
  }

  /// Bytes that the change takes in a message, about.
  package var byteCount: Int { fields.reduce(32) { $0 + $1.byteCount } }
}

/// One field that would hold another value. Values are as an export writes them; no bytes are none.
public struct FieldChange: Sendable, Equatable {
  /// The field's column.
  public var column: String
  /// What the member has.
  public var old: [UInt8]
  /// What it would have.
  public var new: [UInt8]

  /// Says what becomes of a field.
  public init(column: String, old: [UInt8], new: [UInt8]) {
    self.column = column
    self.old = old
    self.new = new
  }

  /// Bytes that it takes in a message, about.
  var byteCount: Int { 16 + column.utf8.count + old.count + new.count }
}
