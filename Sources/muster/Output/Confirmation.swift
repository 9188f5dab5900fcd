/// A question at a terminal.
enum Confirmation {
  /// Asks on standard error, where no output can hide it.
  ///
  /// - Returns: Whether the answer was y or yes; the end of the input is a no.
  static func ask(_ question: String) -> Bool {
    Diagnostics.write(Array((Terminal.printable(question) + " [y/N] ").utf8))
    return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
  }
}
