/// A command that fails: its exit code, and what it says.
struct ErrorCase: Sendable {
  /// Words, of which DIR is the test's directory and NOBODY an import that nobody knows.
  var command: [String]
  var exitCode: Int32
  /// What standard error must hold, word for word: what failed, on what, and what to do next.
  var phrases: [String]

  /// A command that fails with exit code 1.
  static func failed(_ command: String, _ phrases: String...) -> ErrorCase {
    ErrorCase(command: words(command), exitCode: 1, phrases: phrases)
  }

  /// A command that is misused, with exit code 64.
  static func misused(_ command: String, _ phrases: String...) -> ErrorCase {
    ErrorCase(command: words(command), exitCode: 64, phrases: phrases)
  }

  private static func words(_ command: String) -> [String] {
    command.split(separator: " ").map { $0 == "''" ? "" : String($0) }
  }
}
