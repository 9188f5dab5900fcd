internal import MusterFiles

/// What a rejects file is to be.
struct RejectsPlan: Sendable {
  var path: String
  /// What is done about something that is there.
  var rule: TargetRule
  var delimiter: UInt8
  /// The columns of the input.
  var columns: [[UInt8]]
  var lines: SharedLines
  /// The rows, from 1, of which only the rejects file of the interrupted run may know.
  var earlierRows: ClosedRange<UInt64>?

  private var earlier: EarlierRejects { EarlierRejects(path: path, delimiter: delimiter) }

  init(
    path: String, rule: TargetRule, delimiter: UInt8, columns: [[UInt8]], lines: SharedLines
  ) {
    self.path = path
    self.rule = rule
    self.delimiter = delimiter
    self.columns = columns
    self.lines = lines
  }

  /// Begins the file.
  func begin() throws -> RejectsFile {
    try RejectsFile(path: path, rule: rule, delimiter: delimiter, columns: columns)
  }

  /// Copies what only the interrupted run's file knows.
  ///
  /// - Returns: How many rows.
  func copyEarlier(to file: inout RejectsFile) throws -> UInt64 {
    guard let earlierRows, let first = lines.line(ofRow: earlierRows.lowerBound) else { return 0 }
    let end = lines.line(ofRow: earlierRows.upperBound + 1) ?? .max
    return try earlier.copy(lines: first..<max(first, end), columns: columns, to: &file)
  }

  /// Whether the interrupted run left a file, which stands if nothing else is known.
  func hasEarlier() throws -> Bool {
    try earlierRows != nil && earlier.exists(columns: columns)
  }
}
