internal import ArgumentParser
internal import Glibc
internal import MusterCore

/// What ArgumentParser says of a command line, which quotes its arguments.
enum ParserMessage {
  /// Prints it, and ends the program with its code.
  static func exit(_ root: any ParsableCommand.Type, with error: any Error) -> Never {
    let code = root.exitCode(for: error)
    let message = root.fullMessage(for: error)
    // Help, the version and completions quote nobody.
    if code.isSuccess || message.isEmpty { root.exit(withError: error) }
    Diagnostics.write("\(escaped(message))\n")
    Glibc.exit(code.rawValue)
  }

  /// The message, in which arguments have no line ends either.
  private static func escaped(_ message: String) -> TerminalText {
    var message = message
    for argument in CommandLine.arguments where argument.contains("\n") {
      message = message.replacing(argument, with: VisibleText.escaped(argument))
    }
    return TerminalText(lines: message)
  }
}
