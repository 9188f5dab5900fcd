import MusterCore
import Testing

struct EmailKeyTests {
  @Test(
    "a key is the NFC form with its ASCII letters in lower case",
    arguments: [
      ("Anna@Mail.ORG", "anna@mail.org"),
      ("zoe\u{308}@b.c", "zo\u{EB}@b.c"),
      ("ZO\u{CB}@B.C", "zo\u{CB}@b.c"),
      ("\u{212A}im@b.c", "kim@b.c"),  // NFC makes KELVIN SIGN a K
      ("\u{130}@b.c", "\u{130}@b.c"),
      ("\u{1E9E}@b.c", "\u{1E9E}@b.c"),
      ("[@]^_`{|}~", "[@]^_`{|}~"),
      ("", ""),
    ])
  func keyOfAnAddress(_ address: String, _ key: String) {
    #expect(check(address, EmailKey.make) == Array(key.utf8))
  }

  @Test("only bytes beyond ASCII need normalising")
  func needsNormalization() {
    #expect(!check("Anna@Mail.ORG", EmailKey.needsNormalization))
    #expect(!check("nul\0@b.c", EmailKey.needsNormalization))
    #expect(check("zoë@b.c", EmailKey.needsNormalization))
  }

  @Test(
    "addresses of one key are equal",
    arguments: [
      ("Anna@b.c", "aNNA@B.C", true), ("a@b.c", "a@b.cc", false), ("a@b.c", "a@b.d", false),
      ("zo\u{EB}@b.c", "Zoe\u{308}@b.c", true), ("zo\u{EB}@b.c", "zo\u{CB}@b.c", false),
      ("\u{212A}@b.c", "k@b.c", true), ("[@b.c", "{@b.c", false),
    ])
  func equality(_ first: String, _ second: String, _ isEqual: Bool) {
    let other = Array(second.utf8)
    #expect(check(first) { EmailKey.equal($0, other.span) } == isEqual)
  }

  @Test("bytes that are not UTF-8 are folded and otherwise kept")
  func invalidBytesAreKept() {
    #expect(check(bytes: [0x41, 0xFF], EmailKey.make) == [0x61, 0xFF])
  }
}
