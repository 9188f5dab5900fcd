internal import MusterCore

/// A path as the system has it: bytes, whatever they spell.
package struct FileName: Equatable, Sendable {
  /// The path, without a NUL.
  package let bytes: [UInt8]

  /// A path of bytes, such as an argument of the command line.
  package init(bytes: [UInt8]) { self.bytes = bytes }

  /// A path that is text.
  package init(_ text: String) { bytes = Array(text.utf8) }

  /// The path as people read it, with what a terminal would obey escaped.
  package var shown: String { VisibleText.escaped(bytes: bytes) }

  /// Everything before the last part, "." if there is nothing; the root keeps its slash.
  var directory: FileName {
    guard let slash = bytes.lastIndex(of: Self.slash) else { return FileName(".") }
    return slash == 0 ? FileName("/") : FileName(bytes: Array(bytes[..<slash]))
  }

  /// The last part; empty if the path ends with a slash.
  var last: FileName {
    guard let slash = bytes.lastIndex(of: Self.slash) else { return self }
    return FileName(bytes: Array(bytes[(slash + 1)...]))
  }

  /// Its parts between slashes, without the empty ones.
  var parts: [FileName] { bytes.split(separator: Self.slash).map { FileName(bytes: Array($0)) } }

  /// Whether it begins at the root.
  var isAbsolute: Bool { bytes.first == Self.slash }

  /// Whether it names no file: nothing, or a directory in other words.
  var isNoFile: Bool { [FileName(""), FileName("."), FileName("..")].contains(self) }

  private static let slash = UInt8(ascii: "/")

  /// Calls a closure with the path as C has it.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    let text = bytes.map { CChar(bitPattern: $0) } + [0]
    return unsafe text.withUnsafeBufferPointer { buffer in
      // The array has the NUL at least.
      guard let start = buffer.baseAddress else { preconditionFailure("an array without a NUL") }
      return unsafe body(start)
    }
  }
}
