public import MusterCore

/// Why a message could not be read or written.
public struct WireError: ExplainedError, Sendable, Equatable {
  /// The kinds of refusal; ``WireError/reason`` gives the reason of each.
  public enum Code: Sendable {
    /// The bytes are not the message of this call.
    case malformed
    /// A text is not UTF-8, or has a NUL in it.
    case invalidText
    /// The message is over a bound.
    case tooLarge
    case outOfMemory
  }

  /// The kind of refusal.
  public var code: Code
  public var message: String
  public var facts: [ErrorFact: String]
  public var violations: [FieldViolation]

  /// Makes an error of a kind, in words.
  ///
  /// - Parameter field: The path of the field that it is about; nil for the whole message.
  public init(
    code: Code, message: String, field: String? = nil, facts: [ErrorFact: String] = [:]
  ) {
    self.code = code
    self.message = message
    self.facts = facts
    violations = field.map { [FieldViolation(field: $0, description: message)] } ?? []
  }

  public var reason: ErrorReason {
    switch code {
    case .malformed, .invalidText: .malformedMessage
    case .tooLarge: .limitExceeded
    case .outOfMemory: .noRoom
    }
  }

  /// An answer with none of the messages that this version knows in its oneof.
  static let unknownAnswer = WireError(
    code: .malformed, message: "The daemon sent a message that this version does not know.")

  /// The same error, told to whoever sent the fields inside of another one.
  func inside(_ outer: String) -> WireError {
    var error = self
    error.violations = violations.map { $0.inside(outer) }
    return error
  }
}
