internal import Glibc
internal import MusterCore

/// A question at a terminal.
enum Confirmation {
  /// Asks on standard error, and stops waiting for the answer when the user wants to stop.
  ///
  /// - Throws: `Interrupted`.
  static func ask(_ question: TerminalText, _ interrupt: Interrupt) throws -> Bool {
    Diagnostics.write("\(question) [y/N] ")
    var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    while unsafe poll(&input, 1, CommandBounds.pollIntervalMilliseconds) == 0 {
      if interrupt.isRequested {
        Diagnostics.write("\n")
        throw Interrupted()
      }
    }
    return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
  }

  /// Asks on standard error, where no output can hide it.
  ///
  /// - Returns: Whether the answer was y or yes; the end of the input is a no.
  static func ask(_ question: TerminalText) -> Bool {
    Diagnostics.write("\(question) [y/N] ")
    return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
  }
}
