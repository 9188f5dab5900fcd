/// Why a message could not be read or written.
public struct WireError: Error, Sendable, Equatable {
  public enum Code: Sendable {
    /// The bytes are not the message of this call.
    case malformed
    /// A text is not UTF-8, or has a NUL in it.
    case invalidText
    /// The message is over a bound.
    case tooLarge
    case outOfMemory
  }

  public var code: Code
  /// A full sentence: what failed, on what, what to do; never a member's value.
  public var message: String

  public init(code: Code, message: String) {
    self.code = code
    self.message = message
  }
}
