import MusterCSV
import Testing

@Suite("The likely delimiter of a header")
struct HeaderDelimiterTests {
  @Test(
    "A header of one cell with another usual delimiter was cut at the wrong byte",
    arguments: [
      ("email;name", ",", ";"), ("email\tname", ",", "\t"), ("email,name", ";", ","),
      ("email", ",", nil), ("e-mail address", ",", nil), ("email|name", ",", nil),
    ] as [(String, String, String?)])
  func oneCell(_ header: String, _ delimiter: String, _ likely: String?) {
    let found = CSVHeaderDelimiter.likely(
      in: [Array(header.utf8)], cutAt: Array(delimiter.utf8)[0])
    #expect(found == likely.map { Array($0.utf8)[0] })
  }

  @Test("A header of several cells is left alone")
  func severalCells() {
    let header = ["email", "first;last"].map { Array($0.utf8) }
    #expect(CSVHeaderDelimiter.likely(in: header, cutAt: 0x2C) == nil)
  }
}
