/// What a rejects file is to be.
struct RejectsPlan: Sendable {
  var path: String
  var delimiter: UInt8
  /// The columns of the input.
  var columns: [[UInt8]]
  var lines: SharedLines
  /// The row, from 0, that an interrupted import goes on with; nil for one that is new.
  var resumedRow: UInt64? = nil

  private var earlier: EarlierRejects { EarlierRejects(path: path, delimiter: delimiter) }

  /// Begins the file, with the rows of the interrupted run.
  func begin() throws -> RejectsFile {
    var file = try RejectsFile(path: path, delimiter: delimiter, columns: columns)
    if let resumedRow {
      _ = try earlier.copy(
        before: lines.line(ofRow: resumedRow + 1), columns: columns, to: &file)
    }
    return file
  }

  /// Whether the interrupted run left a file, which stands if this run rejects nothing.
  func hasEarlier() throws -> Bool {
    try resumedRow != nil && earlier.exists(columns: columns)
  }
}
