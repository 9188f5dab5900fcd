import MusterCore
import Testing

@testable import MusterStore

struct ForeignFileTests {
  /// The first page of an SQLite database with a rollback journal, made byte by byte
  /// (https://www.sqlite.org/fileformat2.html): a schema without tables, application_id 77.
  static let foreign: [UInt8] = {
    var page = [UInt8](repeating: 0, count: 4_096)
    page.replaceSubrange(0..<16, with: Array("SQLite format 3\0".utf8))
    page.replaceSubrange(16..<24, with: [0x10, 0x00, 1, 1, 0, 64, 32, 32])
    page[27] = 1  // the change counter
    page[31] = 1  // one page
    page[43] = 1  // the schema's cookie
    page[47] = 4  // the schema's format
    page[59] = 1  // UTF-8
    page[71] = 77  // application_id
    page[95] = 1  // the change counter that the page count belongs to
    page.replaceSubrange(96..<100, with: [0x00, 0x2E, 0x5F, 0x20])
    page[100] = 13  // a leaf of a table, with no cells
    page[105] = 0x10
    return page
  }()

  @Test("another program's database is refused and left as it is, byte for byte")
  func isLeftAlone() throws {
    let directory = try TemporaryDirectory()
    try write(Self.foreign, toFile: directory.file())
    let refusal = SchemaTests.refusal(directory.file())
    #expect(refusal?.code == .dataLoss)
    #expect(refusal?.message.contains("not made by Muster") == true)
    #expect(try bytes(ofFile: directory.file()) == Self.foreign)
  }
}
