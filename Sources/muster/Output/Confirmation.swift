internal import Glibc

/// A question at a terminal.
enum Confirmation {
  /// Asks on standard error, and stops waiting for the answer when the user wants to stop.
  ///
  /// - Throws: `Interrupted`.
  static func ask(_ question: String, _ interrupt: Interrupt) throws -> Bool {
    Diagnostics.write(Array((Terminal.printable(question) + " [y/N] ").utf8))
    var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    while unsafe poll(&input, 1, CommandBounds.pollIntervalMilliseconds) == 0 {
      if interrupt.isRequested {
        Diagnostics.write([0x0A])
        throw Interrupted()
      }
    }
    return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
  }

  /// Asks on standard error, where no output can hide it.
  ///
  /// - Returns: Whether the answer was y or yes; the end of the input is a no.
  static func ask(_ question: String) -> Bool {
    Diagnostics.write(Array((Terminal.printable(question) + " [y/N] ").utf8))
    return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
  }
}
