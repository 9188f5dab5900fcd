/// Whether the bytes of a cell are text that Muster stores: UTF-8 without NUL.
///
/// Source: Unicode 16, table 3-7 (well-formed UTF-8); Design, "Check", fault texts.
public enum TextRule {
  /// Whether every byte is ASCII other than NUL, which spares a cell all further checks of its
  /// text.
  ///
  /// Eight bytes a step, the last step overlapping the one before; blank text is plain.
  /// - Complexity: O(`text.count`), without allocating.
  @inlinable public static func isPlainASCII(_ text: borrowing Span<UInt8>) -> Bool {
    let count = text.count
    guard count >= 8 else { return isShortPlainASCII(text) }
    let bytes = unsafe text.bytes
    var offset = 0
    while offset < count &- 8 {
      guard isPlain(word(of: bytes, at: offset)) else { return false }
      offset &+= 8
    }
    return isPlain(word(of: bytes, at: count &- 8))
  }

  /// The first thing that keeps the bytes from being text, or nil where there is none.
  ///
  /// Overlong forms, surrogates and scalars above U+10FFFF are ill-formed.
  /// - Complexity: O(`text.count`), without allocating.
  public static func fault(in text: borrowing Span<UInt8>) -> TextFault? {
    let bytes = unsafe text.bytes
    var offset = 0
    while offset < text.count {
      if offset &+ 8 <= text.count, isPlain(word(of: bytes, at: offset)) {
        offset &+= 8
        continue
      }
      if text[offset] == 0 { return .nul(offset: offset) }
      let length = scalarLength(in: text, at: offset)
      if length == 0 { return .invalidUTF8(offset: offset) }
      offset &+= length
    }
    return nil
  }

  /// The bytes of the well-formed scalar that begins at the offset; 0 for an ill-formed one.
  static func scalarLength(in text: borrowing Span<UInt8>, at offset: Int) -> Int {
    let left = text.count - offset
    switch text[offset] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return left > 1 && isTrail(text[offset + 1]) ? 2 : 0
    case 0xE0...0xEF:
      guard left > 2, secondBytes(after: text[offset]).contains(text[offset + 1]) else { return 0 }
      return isTrail(text[offset + 2]) ? 3 : 0
    case 0xF0...0xF4:
      guard left > 3, secondBytes(after: text[offset]).contains(text[offset + 1]) else { return 0 }
      return isTrail(text[offset + 2]) && isTrail(text[offset + 3]) ? 4 : 0
    default: return 0
    }
  }

  /// The second bytes that table 3-7 lets follow a lead byte of three or four bytes.
  private static func secondBytes(after lead: UInt8) -> ClosedRange<UInt8> {
    switch lead {
    case 0xE0: 0xA0...0xBF
    case 0xED: 0x80...0x9F
    case 0xF0: 0x90...0xBF
    case 0xF4: 0x80...0x8F
    default: 0x80...0xBF
    }
  }

  private static func isTrail(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}

extension TextRule {
  /// Whether no byte of the word is 0 or above 0x7F; a byte of 0 borrows into its own high bit.
  @inlinable static func isPlain(_ word: UInt64) -> Bool {
    ((word &- 0x0101_0101_0101_0101) | word) & 0x8080_8080_8080_8080 == 0
  }

  /// Eight bytes as a word; the caller has checked that they are there.
  @inlinable static func word(of bytes: borrowing RawSpan, at offset: Int) -> UInt64 {
    unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
  }

  @inlinable static func isShortPlainASCII(_ text: borrowing Span<UInt8>) -> Bool {
    var isPlain = true
    for offset in 0..<text.count {
      isPlain = isPlain && text[offset] &- 1 < 0x7F
    }
    return isPlain
  }
}
