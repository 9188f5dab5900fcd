/// Names that nobody can guess.
enum RandomName {
  /// A name that a listing hides, with 128 random bits.
  static func make(_ prefix: String) -> FileName {
    var generator = SystemRandomNumberGenerator()
    var text = prefix
    for _ in 0..<2 {
      let digits = String(generator.next() as UInt64, radix: 16)
      text += String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
    return FileName(text)
  }
}
