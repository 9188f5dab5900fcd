internal import Glibc
internal import MusterCore
internal import MusterFiles

/// Which file rejected rows go to, if any.
struct RejectsTarget {
  /// nil for a pipe whose rejected rows nobody asked for.
  let path: String?
  /// Whether the caller named it.
  let isNamed: Bool
  /// What is done about something that is there.
  let rule: TargetRule

  /// Rejected rows go nowhere.
  static var none: RejectsTarget { RejectsTarget(path: nil, isNamed: false) }

  private init(path: String?, isNamed: Bool) {
    self.path = path
    self.isNamed = isNamed
    rule = TargetRule()
  }

  /// - Parameters:
  ///   - named: The path that the caller gave.
  ///   - source: What is imported, `-` for standard input.
  init(
    named: String?, source: String, input: InputFile, rule: TargetRule
  ) throws(CommandFailure) {
    self.rule = rule
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
    guard isNamed else { return }
    do throws(FileFailure) {
      try OutputFile.check(FileName(path), rule)
    } catch {
      guard let code = error.code else { throw CommandFailure(error) }
      throw .system("Writing the rejects file \(path) will not be possible", code: code)
    }
  }

  /// `members.csv` has its rejects in `members.rejects.csv`.
  private static func beside(_ source: String) -> String {
    let stem = source.hasSuffix(".csv") ? String(source.dropLast(4)) : source
    return stem + ".rejects.csv"
  }
}
