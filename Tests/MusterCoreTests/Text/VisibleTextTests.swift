import MusterCore
import Testing

/// What a terminal may show.
@Suite struct VisibleTextTests {
  @Test(arguments: [
    "plain", "Dana Müller", "名前\u{3000}太郎", "Ελλάδα", "שלום", "a\u{A0}b", "e\u{301}", "🎉",
    "\\u{41}", "",
  ])
  func `text that is seen stays as it is`(_ text: String) {
    #expect(VisibleText.escaped(text) == text)
    #expect(VisibleText.escaped(bytes: Array(text.utf8)) == text)
  }

  @Test func `whatever is not seen, or obeyed, is escaped`() {
    let ranges: [ClosedRange<UInt32>] = [
      0...0x1F, 0x7F...0x9F, 0xAD...0xAD, 0x34F...0x34F, 0x61C...0x61C, 0x115F...0x1160,
      0x17B4...0x17B5, 0x180B...0x180F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F,
      0x2800...0x2800, 0x3164...0x3164, 0xE000...0xE010, 0xFDD0...0xFDEF, 0xFE00...0xFE0F,
      0xFEFF...0xFEFF, 0xFFA0...0xFFA0, 0xFFF9...0xFFFB, 0xFFFE...0xFFFF, 0x1D173...0x1D17A,
      0xE0000...0xE007F, 0xE0100...0xE01EF, 0xF0000...0xF0000, 0x10FFFF...0x10FFFF,
    ]
    for scalar in ranges.joined().compactMap(Unicode.Scalar.init) {
      let text = "a\(scalar)b"
      let digits = String(scalar.value, radix: 16, uppercase: true)
      #expect(VisibleText.escaped(text) == "a\\u{\(digits)}b")
      #expect(VisibleText.escaped(bytes: Array(text.utf8)) == "a\\u{\(digits)}b")
    }
  }

  @Test func `bytes that are no UTF-8 are escaped one by one`() {
    #expect(VisibleText.escaped(bytes: [0x61, 0xFF, 0x62]) == "a\\x{FF}b")
    #expect(VisibleText.escaped(bytes: [0xC3]) == "\\x{C3}")
    #expect(VisibleText.escaped(bytes: [0xED, 0xA0, 0x80]) == "\\x{ED}\\x{A0}\\x{80}")
    #expect(VisibleText.escaped(bytes: [0xE2, 0x82, 0xC3, 0xA9]) == "\\x{E2}\\x{82}é")
  }

  @Test func `a message keeps its own line ends and colours, and escapes those of its values`() {
    let value = "\u{1B}[31m\n\u{202E}"
    let message: TerminalText = "\u{1B}[32mone \(value)\ntwo \(7)" + "\n"
    #expect(message.text == "\u{1B}[32mone \\u{1B}[31m\\u{A}\\u{202E}\ntwo 7\n")
    let outer: TerminalText = "<\(message)>"
    #expect(outer.text == "<\(message.text)>")
    #expect(TerminalText(value).text == "\\u{1B}[31m\\u{A}\\u{202E}")
    #expect(TerminalText(lines: "a\u{7}\nb").text == "a\\u{7}\nb")
  }

  @Test func `text is padded and cut by its characters as they are shown`() {
    let bell = "\u{7}"
    #expect(TerminalText(bell).padded(to: 7).text == "\\u{7}  ")
    #expect(("abcdefgh" as TerminalText).cut(to: 6).text == "abc...")
    #expect(("abc" as TerminalText).cut(to: 3).text == "abc")
  }
}
