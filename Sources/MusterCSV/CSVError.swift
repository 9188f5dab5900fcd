/// Why a CSV file is refused as a whole.
///
/// Its message is a full sentence and never holds the content of a cell.
public struct CSVError: Error, Sendable, Equatable {
  /// The kinds of refusal.
  public enum Code: Sendable {
    /// A quoted cell is still open at the end of the file; the line is where its quote opened.
    case unclosedQuote
    /// A closing quote is followed by something other than a delimiter or a line end.
    case textAfterQuote
    /// The file is UTF-16, by its byte order mark or by its NUL bytes.
    case utf16
    /// The file is empty or holds only blank lines.
    case noHeader
    /// A row holds more bytes than the reader's `rowBytesMax`; the line is where the row begins.
    case rowTooLong
  }

  /// What is wrong.
  public var code: Code
  /// The physical line it is wrong on, counted from 1.
  public var line: Int
  /// What failed, where, and what to do about it.
  public var message: String

  /// An error of a kind, on a line, in words.
  public init(code: Code, line: Int, message: String) {
    self.code = code
    self.line = line
    self.message = message
  }
}

extension CSVError: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}

extension CSVError {
  static func unclosedQuote(line: Int) -> CSVError {
    CSVError(
      code: .unclosedQuote, line: line,
      message: "The quote that opens on line \(line) is never closed; add the closing quote.")
  }

  static func textAfterQuote(line: Int) -> CSVError {
    CSVError(
      code: .textAfterQuote, line: line,
      message: """
        On line \(line) there is text after a closing quote; \
        double the quotes that belong to the cell.
        """)
  }

  static var utf16: CSVError {
    CSVError(
      code: .utf16, line: 1,
      message: "The file is UTF-16, which cannot be read; save it as UTF-8.")
  }

  static var noHeader: CSVError {
    CSVError(
      code: .noHeader, line: 1,
      message: "The file has no header; its first line must name the columns.")
  }

  static func rowTooLong(line: Int, rowBytesMax: Int) -> CSVError {
    CSVError(
      code: .rowTooLong, line: line,
      message: """
        The row that begins on line \(line) is longer than \(rowBytesMax) bytes; \
        look for a quote that is opened there and not closed.
        """)
  }
}
