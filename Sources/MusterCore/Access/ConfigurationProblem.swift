/// What is wrong in a configuration, and where.
public struct ConfigurationProblem: Error, Sendable, Equatable {
  /// The place in the file, such as `access.policy[1].scopes[0]`.
  public var place: String
  /// What is wrong there; the end of a sentence.
  public var what: String

  /// Names a place and what is wrong there.
  public init(_ place: String, _ what: String) {
    self.place = place
    self.what = what
  }

  /// Both in one sentence.
  public var message: String { "\(place): \(what)" }
}
