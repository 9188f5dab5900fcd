/// Text for a person, safe for any terminal: the words of a message as they are written in the
/// source, and the values in it escaped (``VisibleText``).
///
/// Literals may have line ends and colours; whatever is interpolated has none left:
///
/// ```swift
/// let text: TerminalText = "\(fileName) is a directory; name a file in it."
/// ```
package struct TerminalText: Equatable, Sendable {
  /// The text, which may go to a terminal as it is.
  package private(set) var text: String

  /// A value alone, escaped.
  package init(_ value: some StringProtocol) { text = VisibleText.escaped(String(value)) }

  /// A message of several lines from elsewhere: escaped but for its line ends.
  package init(lines: String) {
    text = lines.split(separator: "\n", omittingEmptySubsequences: false)
      .map { VisibleText.escaped(String($0)) }.joined(separator: "\n")
  }

  private init(trusted: String) { text = trusted }

  /// Characters as a terminal counts them.
  package var count: Int { text.count }

  /// Whether there is nothing in it.
  package var isEmpty: Bool { text.isEmpty }

  /// Both, one after the other.
  package static func + (left: TerminalText, right: TerminalText) -> TerminalText {
    TerminalText(trusted: left.text + right.text)
  }

  /// Appends more.
  package static func += (left: inout TerminalText, right: TerminalText) { left.text += right.text }

  /// With spaces behind it up to a width.
  package func padded(to width: Int) -> TerminalText {
    TerminalText(trusted: text + String(repeating: " ", count: Swift.max(width - count, 0)))
  }

  /// At most so many characters; dots show that something was left out.
  package func cut(to width: Int) -> TerminalText {
    count <= width
      ? self : TerminalText(trusted: text.prefix(Swift.max(width - 3, 0)) + "...")
  }
}

extension TerminalText: ExpressibleByStringInterpolation {
  /// Collects a message and its values.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    package mutating func appendLiteral(_ literal: String) { text += literal }

    /// Appends text that is safe already.
    package mutating func appendInterpolation(_ safe: TerminalText) { text += safe.text }

    /// Appends a value, escaped.
    package mutating func appendInterpolation<Value>(_ value: Value) {
      text += VisibleText.escaped(String(describing: value))
    }
  }

  package init(stringLiteral: String) { text = stringLiteral }

  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
}

extension Sequence<TerminalText> {
  /// The texts with another between each two.
  package func joined(separator: TerminalText) -> TerminalText {
    var result: TerminalText = ""
    for (place, text) in enumerated() { result += place == 0 ? text : separator + text }
    return result
  }
}
