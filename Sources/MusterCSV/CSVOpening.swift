/// Judges the first bytes of a file: its byte order mark and its encoding.
enum CSVOpening {
  /// How many bytes it takes to judge; fewer only if the file has no more.
  static let bytesMax = 8

  /// How many bytes to drop: those of a UTF-8 byte order mark, or none.
  ///
  /// UTF-16 is a file that begins with either of its byte order marks, or one whose first bytes, at
  /// least four, are NUL at every other position and nowhere else, as ASCII text is in UTF-16.
  ///
  /// - Throws: `CSVError.utf16`.
  static func droppedBytes(_ bytes: UnsafeRawBufferPointer) throws(CSVError) -> Int {
    let first = unsafe UnsafeRawBufferPointer(rebasing: bytes.prefix(bytesMax))
    if unsafe first.starts(with: [0xFE, 0xFF]) { throw .utf16 }
    if unsafe first.starts(with: [0xFF, 0xFE]) { throw .utf16 }
    if unsafe first.count >= 4 && (isNUL(first, at: 0) || isNUL(first, at: 1)) { throw .utf16 }
    return unsafe first.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Whether NUL stands at every position as odd or even as the one given, and at no other.
  private static func isNUL(_ bytes: UnsafeRawBufferPointer, at parity: Int) -> Bool {
    for index in 0..<bytes.count {
      if unsafe (bytes[index] == 0) != (index % 2 == parity) { return false }
    }
    return true
  }
}
