/// Why a message could not be read or written.
public struct WireError: Error, Sendable, Equatable {
  /// The kinds of refusal; ``WireError/rpcCode`` gives the status of each.
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
  /// A full sentence: what failed, on what, what to do; never a member's value.
  public var message: String

  /// Makes an error of a kind, in words.
  public init(code: Code, message: String) {
    self.code = code
    self.message = message
  }
}
