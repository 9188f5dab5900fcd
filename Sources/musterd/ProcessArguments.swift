internal import Glibc

/// What the program was started with.
enum ProcessArguments {
  /// The name and the arguments.
  ///
  /// Swift's runtime finds them on the stack, below the environment. A preloaded library that sets
  /// a variable before that, as libfaketime does, moves the environment away, and the runtime then
  /// finds nothing: a daemon that was told where its data is would serve another directory. The
  /// kernel knows them all the same.
  static func all() -> [String] {
    let known = CommandLine.arguments
    guard known.isEmpty else { return known }
    let file = unsafe open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return known }
    defer { close(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = unsafe read(file, &block, block.count)
      guard count > 0 else { break }
      bytes += block[..<count]
    }
    // Each ends with a NUL; an empty one is one, too.
    return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
