internal import Glibc
internal import MusterCore

/// Where the program `musterd` is.
enum DaemonProgram {
  /// Its path: beside this program, else on PATH; relative directories there do not count.
  ///
  /// - Throws: `CommandFailure` if it is nowhere.
  static func find() throws -> String {
    let own = ownDirectory()
    let path = ConnectionOptions.environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
    let directories = [own].compactMap { $0 } + path.split(separator: ":").map(String.init)
    for directory in directories where directory.hasPrefix("/") {
      let candidate = directory + "/musterd"
      if isProgram(candidate) { return candidate }
    }
    throw CommandFailure(
      "The program musterd is neither beside this command (\(own ?? "unknown")) nor on PATH. "
        + "Install it there, or name a running daemon's socket with --socket or MUSTER_SOCKET."
    )
  }

  /// The directory of this program, wherever it was called from.
  private static func ownDirectory() -> String? {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink("/proc/self/exe", &path, path.count)
    let bytes = path.map { UInt8(bitPattern: $0) }
    guard count > 0, let slash = bytes[..<count].lastIndex(of: UInt8(ascii: "/")) else {
      return nil
    }
    return String(decoding: bytes[..<slash], as: UTF8.self)
  }

  private static func isProgram(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    return unsafe access(path, X_OK) == 0
  }
}
