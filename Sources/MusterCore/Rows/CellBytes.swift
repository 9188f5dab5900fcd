/// The bytes of one cell or stored value, borrowed from memory that somebody else owns.
///
/// A pair of a count and an address, in that order: the layout of `ProtobufCBinaryData`, so that
/// the cells of an unpacked row are read where they lie. Valid only while the owner (a row chunk, a
/// scratch buffer) lives; whoever keeps one keeps the owner too.
@unsafe public struct CellBytes: @unchecked Sendable {
  /// How many bytes there are; 0 if the cell is blank, -1 if it is ``cleared``.
  public var count: Int
  /// The first byte, in the owner's memory; may be nil only if there are no bytes.
  public var start: UnsafeMutablePointer<UInt8>?

  /// Borrows bytes, which the caller keeps alive.
  @inlinable public init(count: Int, start: UnsafeMutablePointer<UInt8>?) {
    unsafe self.count = count
    unsafe self.start = unsafe start
  }

  /// A blank cell, or a field that has no value.
  @inlinable public static var blank: CellBytes { unsafe CellBytes(count: 0, start: nil) }

  /// Whether there are no bytes.
  @inlinable public var isBlank: Bool { unsafe count == 0 }

  /// The bytes as a buffer; valid as long as the owner lives.
  @inlinable public var buffer: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: start, count: count)
  }
}

extension CellBytes {
  /// What stands in a checked row where the clear token was: the field is to lose its value.
  @inlinable public static var cleared: CellBytes { unsafe CellBytes(count: -1, start: nil) }

  /// Whether the field is to lose its value.
  @inlinable public var isCleared: Bool { unsafe count < 0 }

  /// The bytes as a span, for the length of a call.
  @inlinable @inline(__always)
  public func withSpan<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
    unsafe try body(Span(_unsafeElements: buffer))
  }

  /// Whether both have the same bytes.
  @inlinable @inline(__always)
  public func hasSameBytes(as other: CellBytes) -> Bool {
    guard unsafe count == other.count else { return false }
    guard unsafe count > 0, let left = unsafe start, let right = unsafe other.start else {
      return true
    }
    if unsafe left == right { return true }
    var place = 0
    while unsafe place &+ 8 <= count {
      let a = unsafe UnsafeRawPointer(left + place).loadUnaligned(as: UInt64.self)
      let b = unsafe UnsafeRawPointer(right + place).loadUnaligned(as: UInt64.self)
      if a != b { return false }
      place &+= 8
    }
    while unsafe place < count {
      if unsafe left[place] != right[place] { return false }
      place &+= 1
    }
    return true
  }

  /// Calls the body with an array's bytes, which it may only read.
  static func with<Result>(
    _ bytes: [UInt8], _ body: (CellBytes) -> Result
  ) -> Result {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      let start = unsafe UnsafeMutablePointer(mutating: buffer.baseAddress)
      return unsafe body(CellBytes(count: buffer.count, start: start))
    }
  }

  /// A copy of the bytes, at most `max` of them.
  public func bytes(max: Int = .max) -> [UInt8] {
    unsafe Array(buffer.prefix(max))
  }
}
