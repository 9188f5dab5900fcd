import MusterCore
import Testing

@testable import MusterStore

/// What is said of the files of a workspace as they are found.
struct FoundStoreTests {
  typealias Found = FoundStore

  static let open = StoreMark(store: 1, log: 20, before: 10, isOpen: true)
  static let closed = StoreMark(store: 1, log: 20, before: 10, isOpen: false)
  static let next = StoreMark(store: 1, log: 30, before: 20, isOpen: true)
  static let other = StoreMark(store: 2, log: 21, before: 11, isOpen: true)
  static let new = StoreMark(store: 1, log: 20, before: 0, isOpen: false)
  static let salts: UInt64 = 5 << 32 | 1

  static func log(_ frames: UInt32, _ mark: StoreMark?, salts: UInt64 = salts) -> Found.Log {
    .log(salts: salts, frameCount: frames, mark: mark)
  }

  static func claim(
    _ log: UInt64?, store: UInt64 = 1, frames: UInt32 = 0, salts: UInt64 = salts
  ) -> Found.Witness {
    .claim(
      LogClaim(
        mark: log.map { LogClaim.Mark(store: store, log: $0) }, salts: salts, frameCount: frames))
  }

  static let table: [(Found.Database, Found.Log, Found.Witness, Found.Fault?)] = [
    // As they are left: closed, killed, killed between two steps.
    (.missing, .missing, .missing, nil),
    (.marked(closed), .empty, claim(20), nil), (.marked(closed), .missing, .missing, nil),
    (.marked(open), log(7, open), claim(20, frames: 7), nil),
    (.marked(open), log(8, open), claim(20, frames: 7), nil),
    (.marked(closed), log(1, open), claim(20), nil),
    (.marked(closed), log(1, next), claim(20, salts: 9), nil),
    (.marked(open), log(1, next), claim(20, frames: 9, salts: 4 << 32), nil),
    (.marked(next), log(1, next), claim(20, frames: 9, salts: 4 << 32), nil),
    (.marked(open), log(0, nil, salts: 6 << 32), claim(20, frames: 7), nil),
    (.marked(open), log(3, closed), claim(20, frames: 3), nil),
    (.marked(new), log(3, new), .missing, nil), (.unreadable, log(3, new), .missing, nil),
    (.unreadable, log(3, open), claim(20, frames: 3), nil),
    (.unreadable, log(3, nil), claim(20, frames: 3), nil),
    (.unmarked, log(3, nil), .missing, nil), (.unmarked, .missing, .missing, nil),
    (.unmarked, log(3, nil), claim(nil, frames: 3), nil), (.blank, log(3, nil), .missing, nil),
    (.marked(new), log(3, nil, salts: 6 << 32 | 4), claim(nil, frames: 3), .otherLog),
    // Not what was left.
    (.missing, .empty, .missing, .missing), (.missing, .missing, claim(20), .missing),
    (.missing, .missing, .damaged, .missing), (.missing, log(1, open), .missing, .missing),
    (.empty, .missing, .missing, .empty), (.empty, log(9, open), claim(20, frames: 9), .empty),
    (.noDatabase, .missing, .missing, .noDatabase), (.foreign, .missing, .missing, .foreign),
    (.blank, .missing, .missing, .blank), (.cut, .missing, .missing, .cut),
    (.marked(open), .missing, claim(20, frames: 7), .logLost),
    (.marked(open), .missing, .missing, .logLost), (.marked(open), .empty, .missing, .logLost),
    (.marked(open), .damaged, claim(20), .logLost),
    (.marked(open), log(0, nil), .missing, .logLost),
    (.marked(open), log(0, nil), claim(10), .logLost),
    (.marked(closed), .missing, claim(20, frames: 7), .logLost),
    (.marked(open), log(6, open), claim(20, frames: 7), .logCut(found: 6, wanted: 7)),
    (.marked(open), log(0, nil), claim(20, frames: 7), .logCut(found: 0, wanted: 7)),
    (.marked(open), log(7, open), .missing, .witnessLost),
    (.marked(open), log(7, open), .damaged, .witnessLost),
    (.unreadable, log(7, open), .damaged, .witnessLost),
    (.marked(open), log(7, other), claim(20), .otherLog),
    (.marked(open), log(7, nil), claim(20), .otherLog),
    (.marked(closed), log(7, nil), .missing, .otherLog),
    (.marked(next), log(7, open), claim(20, frames: 7), .otherLog),
    (.marked(closed), .missing, claim(21, store: 2), .otherStore),
    (.marked(closed), .missing, claim(30), .otherTime),
    (.marked(open), log(7, open), claim(30, frames: 7), .otherTime),
    (.unmarked, .missing, claim(20), .otherTime),
    (.unmarked, .missing, claim(nil, frames: 3), .logLost),
    (.unreadable, .missing, claim(20), .unreadable),
    // Somebody goes on with what there is; what belongs to another store stays refused.
    (.marked(open), .missing, .accepting, nil), (.marked(open), log(3, open), .accepting, nil),
    (.marked(open), log(3, other), .accepting, .otherLog), (.empty, .missing, .accepting, .empty),
  ]

  @Test(arguments: table.indices)
  func `files that are found`(_ place: Int) {
    let (database, log, witness, fault) = Self.table[place]
    let found = FoundStore(database: database, log: log, witness: witness)
    #expect(found.fault == fault, "\(found)")
  }

  @Test func `a mark is read from its page as it was packed`() throws {
    #expect(StoreMark(Self.open.pack()) == Self.open)
    #expect(StoreMark(Array(Self.open.pack().dropLast())) == nil)
    let directory = try TemporaryDirectory()
    let writer = try WorkspaceWriter(path: directory.file())
    try writer.openMark()
    writer.shutDown()
    let page = Int(try MarkTable.page(in: writer.connection))
    let size = Connection.pageBytes
    let file = try bytes(ofFile: directory.file())
    let image = Array(file[((page - 1) * size)..<(page * size)])
    #expect(StoreMark(page: image) == writer.mark && !writer.mark.isOpen)
    #expect(StoreMark(page: Array(file[..<size])) == nil)
    #expect(
      StoreMark(page: [UInt8](repeating: 0, count: size)) == nil && StoreMark(page: []) == nil)
  }
}
