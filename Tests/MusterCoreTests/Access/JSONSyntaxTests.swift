import MusterCore
import Testing

struct JSONSyntaxTests {
  @Test(arguments: [
    "{}", "[]", " { } \n", "null", "-1.5e3", "\"a\\\"b\"",
    "{\"limits\": {\"rowsPerImport\": 0},\n \"access\": {\"policy\": [{\"user\": \"a\"}, 1]}}",
  ])
  func `JSON has no fault`(_ text: String) {
    #expect(JSONSyntax.fault(in: Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    ("", 1, 1), ("{", 1, 2), ("{\n  limits: 1}", 2, 3), ("{\"a\": 1,\n}", 2, 1),
    ("{\"a\" 1}", 1, 6), ("{\"a\": 1 \"b\": 2}", 1, 9), ("[1 2]", 1, 4), ("[1,]", 1, 4),
    ("{\"a\": yes}", 1, 7), ("{\"a\": 'x'}", 1, 7), ("{\"a\": \"x\n\"}", 1, 9),
    ("{\"a\": \"x", 1, 7), ("{} x", 1, 4), ("{\"a\": 1,\n \"a\": 2}", 2, 2), ("{\"a\": 01x}", 1, 7),
  ])
  func `a fault has its line and column`(_ text: String, _ line: Int, _ column: Int) {
    let fault = JSONSyntax.fault(in: Array(text.utf8))
    #expect(fault?.line == line && fault?.column == column, "\(String(describing: fault))")
  }

  @Test func `a text that is nested without end is refused`() {
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    #expect(JSONSyntax.fault(in: deep)?.what == "the text is nested too deeply")
  }
}
