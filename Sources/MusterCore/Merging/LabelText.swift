/// A member's labels as its record keeps them: slugs in byte order, each once, joined by commas.
public enum LabelText {
  /// The labels of both; one of the two as it is where that has them all.
  static func union(_ left: CellBytes, _ right: CellBytes, in scratch: ByteScratch) -> CellBytes {
    if unsafe left.hasSameBytes(as: right) { return unsafe left }
    let old = unsafe slugs(left)
    // A cell may have thousands: to look for each among all of the others would take their product.
    var known = Set(old)
    let added = unsafe slugs(right).filter { known.insert($0).inserted }
    if added.isEmpty { return unsafe left }
    let all = (old + added).sorted { $0.lexicographicallyPrecedes($1) }
    return unsafe scratch.copy(Array(all.joined(separator: [UInt8(ascii: ",")])))
  }

  /// The slugs of a stored text.
  public static func slugs(_ text: CellBytes) -> [[UInt8]] {
    unsafe text.buffer.split(separator: UInt8(ascii: ",")).map { unsafe Array($0) }
  }
}
