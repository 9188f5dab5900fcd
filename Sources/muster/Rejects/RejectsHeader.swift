/// The columns of a rejects file.
enum RejectsHeader {
  static let line = "_line"
  static let error = "_error"

  /// The names of all its columns.
  static func columns(_ columns: [[UInt8]]) -> [[UInt8]] {
    [Array(line.utf8), Array(error.utf8)]
      + zip(columns, keeps(columns)).compactMap { $1 ? $0 : nil }
  }

  /// Which columns of the input a rejects file keeps: all but its own two, which are new each time.
  static func keeps(_ columns: [[UInt8]]) -> [Bool] {
    columns.map { name in
      let folded = trimmed(name).map { $0 | ((0x41...0x5A).contains($0) ? 0x20 : 0) }
      return !folded.elementsEqual(line.utf8) && !folded.elementsEqual(error.utf8)
    }
  }

  private static func trimmed(_ name: [UInt8]) -> ArraySlice<UInt8> {
    guard let start = name.firstIndex(where: { $0 != 0x20 }),
      let end = name.lastIndex(where: { $0 != 0x20 })
    else { return [] }
    return name[start...end]
  }
}
