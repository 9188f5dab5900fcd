import MusterCore
import Testing

struct EmailRuleTests {
  @Test(
    "an address of the documented form is accepted",
    arguments: [
      "a@b.c", "first.last@mail.org", "x+tag@sub.example.org", "!#$%&'*+-/=?^_`{|}~@example.org",
      "UPPER@EXAMPLE.ORG", "1@2.3", "a@b-c.org", "müller@example.org", "名前@例え.jp", "a@bücher.de",
      "🙂@example.org", letters(64) + "@b.c", "a@" + letters(63) + ".org",
      "a@" + letters(63) + "." + letters(63) + "." + letters(63) + "." + letters(60),
    ])
  func acceptableAddress(_ text: String) {
    #expect(check(text, EmailRule.accepts))
  }

  @Test(
    "anything else is not",
    arguments: [
      "", "@", "a", "a@", "@b.c", "no-at-sign", "two@@signs.org", "a@b@c.org", " spaced@mail.org",
      "dot.@mail.org", ".dot@mail.org", "do..t@mail.org", "a@b", "a@.b.c", "a@b..c", "a@b.c.",
      "a@b.",
      "a@-b.c", "a@b-.c", "a@b.c-", "a@b_c.org", "a@[127.0.0.1]", "\"a b\"@mail.org",
      "a b@mail.org",
      "Anna <anna@mail.org>", "anna@mail.org>", "a,b@mail.org", "a(b)@mail.org", "a:b@mail.org",
      "a@mail.org ", "a@mail.org\n", "a\t@mail.org", "a@ma il.org", "a\u{7F}@mail.org",
      "a\u{1}@mail.org", "a@mail\u{0}.org", letters(65) + "@b.c", "a@" + letters(64) + ".org",
      "a@" + letters(63) + "." + letters(63) + "." + letters(63) + "." + letters(61),
    ])
  func otherText(_ text: String) {
    #expect(!check(text, EmailRule.accepts))
  }

  @Test("the length of an address is at most 254 bytes")
  func lengthIsBounded() {
    let domain = [63, 63, 63, 60].map(letters).joined(separator: ".")
    #expect(("a@" + domain).utf8.count == 254)
    #expect(check("a@" + domain, EmailRule.accepts))
    #expect(!check("aa@" + domain, EmailRule.accepts))
  }

  @Test("bytes are counted, not characters")
  func bytesAreCounted() {
    let umlauts = String(repeating: "ü", count: 32)
    #expect(check(umlauts + "@b.c", EmailRule.accepts))
    #expect(!check(umlauts + "a@b.c", EmailRule.accepts))
    #expect(check("a@" + umlauts.dropLast() + "a.c", EmailRule.accepts))
    #expect(!check("a@" + umlauts + ".c", EmailRule.accepts))
  }

  @Test("white space and controls of every script are refused in both parts, and nothing else is")
  func everyScalarBeyondASCII() {
    for value in 0x80...UInt32(0x10FFFF) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      if value > 0x3100, value % 251 != 0 { continue }
      let properties = scalar.properties
      let isRefused = properties.isWhitespace || properties.generalCategory == .control
      #expect(check("a\(Character(scalar))@b.c", EmailRule.accepts) == !isRefused)
      #expect(check("a@\(Character(scalar)).c", EmailRule.accepts) == !isRefused)
    }
  }

  @Test("ASCII in the local part is atext and the dot")
  func everyASCIIByte() {
    let atoms = Set("!#$%&'*+-/=?^_`{|}~.".utf8)
    for byte in UInt8(1)..<0x80 {
      let isAlphanumeric = Character(Unicode.Scalar(byte)).isLetter || (0x30...0x39).contains(byte)
      let accepted = check(bytes: [0x61, byte, 0x61] + Array("@b.c".utf8), EmailRule.accepts)
      #expect(accepted == (isAlphanumeric || atoms.contains(byte)), "byte \(byte)")
    }
  }
}
