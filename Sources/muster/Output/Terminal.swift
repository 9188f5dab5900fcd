internal import Glibc

/// What is known of the terminal that a file descriptor may be.
enum Terminal {
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Columns of the terminal; 80 if it does not say.
  static func width(_ descriptor: Int32) -> Int {
    var size = winsize()
    let isKnown = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : 80
  }

  /// Whether control sequences do something: not on a dumb terminal.
  static var takesControls: Bool {
    ConnectionOptions.environment("TERM").map { $0 != "dumb" } ?? false
  }

  /// Whether colours are welcome: not with NO_COLOR.
  static var takesColor: Bool {
    takesControls && ConnectionOptions.environment("NO_COLOR") == nil
  }
}
