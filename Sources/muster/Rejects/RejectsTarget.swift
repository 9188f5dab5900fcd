internal import Glibc
internal import MusterCore

/// Which file rejected rows go to, if any.
struct RejectsTarget {
  /// nil for a pipe whose rejected rows nobody asked for.
  let path: String?
  /// Whether the caller named it.
  let isNamed: Bool

  /// Rejected rows go nowhere.
  static var none: RejectsTarget { RejectsTarget(path: nil, isNamed: false) }

  private init(path: String?, isNamed: Bool) {
    self.path = path
    self.isNamed = isNamed
  }

  /// - Parameters:
  ///   - named: The path that the caller gave.
  ///   - source: What is imported, `-` for standard input.
  init(named: String?, source: String, input: InputFile) throws(CommandFailure) {
    isNamed = named != nil
    if let named {
      path = named
    } else if input.isRegular && source != "-" {
      path = Self.beside(source)
    } else {
      path = nil
    }
    guard let path else { return }
    guard !input.isSame(as: path) else {
      throw CommandFailure(
        "The rejects file \(path) is the file that is imported; name another with --rejects.")
    }
    let failure = "Writing the rejects file \(path) will not be possible"
    if isNamed && Self.isDirectory(path) { throw .system(failure, code: EISDIR) }
    if unsafe isNamed && access(FilePath.directory(of: path), W_OK) != 0 { throw .system(failure) }
  }

  /// `members.csv` has its rejects in `members.rejects.csv`.
  private static func beside(_ source: String) -> String {
    let stem = source.hasSuffix(".csv") ? String(source.dropLast(4)) : source
    return stem + ".rejects.csv"
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
