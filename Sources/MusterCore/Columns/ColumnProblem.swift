/// One thing that is wrong with the columns of an import.
public struct ColumnProblem: Sendable, Equatable {
  /// The column's place, from 1; nil for a problem of all columns together.
  public var position: Int?
  /// The name that was sent, short and printable; empty for a problem of all columns together.
  public var name: String
  /// Why it cannot be taken.
  public var reason: Reason
  /// The nearest known name, if one is near.
  public var suggestion: String?

  /// Makes a problem; without a place, one of all columns together.
  public init(
    position: Int? = nil, name: String = "", reason: Reason, suggestion: String? = nil
  ) {
    self.position = position
    self.name = name
    self.reason = reason
    self.suggestion = suggestion
  }

  /// Why a column, or all of them, cannot be taken.
  public enum Reason: Sendable, Hashable {
    /// No field has the name, or the name is empty.
    case unknownColumn
    /// A column of the same meaning came before it.
    case duplicateColumn
    /// Neither email, phone nor external id is sent.
    case noIdentifierColumn
    /// The name begins with `form.`, but no form has such a field.
    case unknownFormField
    /// More columns than an import may have; nothing else is looked at then.
    case tooManyColumns(count: Int, max: Int)
    /// The name is not valid UTF-8.
    case invalidName
  }

  /// The problem as one sentence.
  public var message: String {
    switch reason {
    case .unknownColumn where name.isEmpty: "Column \(position ?? 0) has no name."
    case .unknownColumn: "Unknown column \(called)\(proposal)"
    case .unknownFormField: "Unknown form field \(called)\(proposal)"
    case .duplicateColumn: "The column \(called) is there twice."
    case .invalidName: "The name of column \(position ?? 0) is not UTF-8: \"\(name)\"."
    case .noIdentifierColumn:
      "No identifier column: one of email, phone and external_id is needed."
    case .tooManyColumns(let count, let max):
      "Too many columns: \(count), where at most \(max) are allowed (limits.columns)."
    }
  }

  private var called: String {
    position.map { "\"\(name)\" (column \($0))" } ?? "\"\(name)\""
  }

  private var proposal: String { suggestion.map { "; did you mean \"\($0)\"?" } ?? "." }
}
