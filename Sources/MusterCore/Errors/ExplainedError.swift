/// An error that says to a program, too, what it says to people.
public protocol ExplainedError: Error {
  /// Why the call was refused.
  var reason: ErrorReason { get }
  /// A full sentence: what failed, on what, what to do; never a member's value.
  var message: String { get }
  /// What a program needs to know besides the reason; never a member's value.
  var facts: [ErrorFact: String] { get }
  /// The fields of the request that are wrong, in their order; none if it is not about fields.
  var violations: [FieldViolation] { get }
}

extension ExplainedError {
  /// The kind of failure; it has one gRPC status.
  public var code: StoreError.Code { reason.code }
}

/// What a fact of an error is about; the raw value is its name on the wire.
public enum ErrorFact: String, Sendable, CaseIterable {
  /// The workspace's name.
  case workspace
  /// The scope that the caller lacks, such as members:write.
  case scope
  /// The import's UUID.
  case importID = "import_id"
  /// The row to go on from, from 0.
  case nextRow = "next_row"
  /// The state of an import that is over, such as CANCELLED.
  case state
  /// The limit that was met, by its name in PROTOCOL.md.
  case limit
  /// What the limit allows.
  case limitValue = "limit_value"
  /// The setting of the daemon that changes the limit.
  case setting
  /// How many members stand in the way.
  case memberCount = "member_count"
  /// How many violations were left out for want of room.
  case violationsLeftOut = "violations_left_out"
}

/// A field of a request that is wrong.
public struct FieldViolation: Sendable, Equatable {
  /// The field's path in the request, such as `begin.columns[3]`; elements count from 0.
  public var field: String
  /// A full sentence: what is wrong with it, and the nearest right value if one is near.
  public var description: String

  /// Says what is wrong with a field.
  public init(field: String, description: String) {
    self.field = field
    self.description = description
  }

  /// The same, told to whoever sent the field inside of another one.
  public func inside(_ outer: String) -> FieldViolation {
    FieldViolation(field: "\(outer).\(field)", description: description)
  }
}
