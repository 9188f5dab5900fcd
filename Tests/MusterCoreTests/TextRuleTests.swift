import MusterCore
import Testing

struct TextRuleTests {
  @Test(
    "ill-formed UTF-8 is found where it begins",
    arguments: [
      ([0xC0, 0x80], 0),  // overlong NUL
      ([0x41, 0xC1, 0xBF], 1),  // overlong
      ([0xE0, 0x9F, 0xBF], 0),  // overlong
      ([0xF0, 0x8F, 0xBF, 0xBF], 0),  // overlong
      ([0xED, 0xA0, 0x80], 0),  // surrogate
      ([0xF4, 0x90, 0x80, 0x80], 0),  // above U+10FFFF
      ([0xF5, 0x80, 0x80, 0x80], 0),
      ([0x80], 0),
      ([0x61, 0x62, 0xE2, 0x82], 2),  // cut short
      ([0x4D, 0xFC, 0x6C, 0x6C, 0x65, 0x72], 1),  // Latin-1
      (Array(repeating: 0x61, count: 17) + [0xFF], 17),
    ] as [([UInt8], Int)])
  func illFormedTextIsFound(_ bytes: [UInt8], _ offset: Int) {
    #expect(check(bytes: bytes, TextRule.fault) == .invalidUTF8(offset: offset))
  }

  @Test("a NUL is found at every place of short and long text")
  func nulIsFoundEverywhere() {
    for count in 1...40 {
      for offset in 0..<count {
        var bytes = [UInt8](repeating: 0x61, count: count)
        bytes[offset] = 0
        #expect(check(bytes: bytes, TextRule.fault) == .nul(offset: offset))
        #expect(!check(bytes: bytes, TextRule.isPlainASCII))
      }
    }
  }

  @Test("the fault of the sample file's spoiled name is its NUL")
  func spoiledNameHasNUL() {
    #expect(check("Zo\0e", TextRule.fault) == .nul(offset: 2))
    #expect(check("Zo\0e", TextRule.fault)?.code == .nulCharacter)
  }

  @Test(
    "text of every script passes", arguments: ["", "a", "Zoë", "名前", "🙂", "\u{10FFFF}\u{1}\u{7F}"])
  func wellFormedTextPasses(_ text: String) {
    #expect(check(text, TextRule.fault) == nil)
  }

  @Test("plain ASCII is every byte from 1 to 0x7F, whatever the length and the place")
  func plainASCIIIsExact() {
    for count in 0...40 {
      #expect(check(bytes: Array(repeating: 0x7F, count: count), TextRule.isPlainASCII))
      for offset in 0..<count {
        for byte in [0, 1, 0x7F, 0x80, 0x81, 0xFF] as [UInt8] {
          var bytes = [UInt8](repeating: 1, count: count)
          bytes[offset] = byte
          #expect(check(bytes: bytes, TextRule.isPlainASCII) == (1...0x7F).contains(byte))
        }
      }
    }
  }

  @Test("random bytes are judged as the standard library judges them")
  func randomBytesAgreeWithTheStandardLibrary() {
    let seed = UInt64.random(in: 0 ... .max)
    print("seed \(seed)")
    var random = SeededRandom(seed: seed)
    let lively: [UInt8] = [
      0, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE2, 0xED, 0xEF,
      0xF0, 0xF1, 0xF4, 0xF5, 0xFF,
    ]
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...24, using: &random)
      var bytes = (0..<count).map { _ in lively[Int.random(in: 0..<lively.count, using: &random)] }
      if Bool.random(using: &random) { bytes = Array(String(decoding: bytes, as: UTF8.self).utf8) }
      let isText = String(validating: bytes, as: UTF8.self) != nil && !bytes.contains(0)
      #expect((check(bytes: bytes, TextRule.fault) == nil) == isText, "seed \(seed) \(bytes)")
    }
  }
}
