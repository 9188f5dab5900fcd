/// How a cell of labels is read: slugs separated by `,` or `;`.
///
/// Spaces and tabs around a slug, and empty slugs, are ignored. Source: Design, "Columns".
public enum LabelCell {
  /// Calls the body with the range of each slug, in order, whether or not it is a valid one.
  ///
  /// A cell without a slug calls it never. A slug given twice is passed twice.
  /// - Complexity: O(`cell.count`), without allocating.
  @inlinable public static func forEachSlug(
    in cell: borrowing Span<UInt8>, _ body: (Range<Int>) -> Void
  ) {
    var start = 0
    while start < cell.count {
      var end = start
      while end < cell.count, !isSeparator(cell[end]) { end &+= 1 }
      let next = end &+ 1
      while start < end, isBlank(cell[start]) { start &+= 1 }
      while start < end, isBlank(cell[end &- 1]) { end &-= 1 }
      if start < end { body(start..<end) }
      start = next
    }
  }

  /// Whether a byte ends a slug.
  @inlinable static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
  }

  /// Whether a byte around a slug is ignored.
  @inlinable static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }
}
