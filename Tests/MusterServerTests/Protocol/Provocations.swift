import MusterCore
import MusterTestDaemon
import MusterTestSupport

/// How to commit each violation that PROTOCOL.md lists; the keys are its own words.
enum Provocation: Sendable {
  /// Messages on one stream.
  case messages([[UInt8]], Limits = Limits())
  /// Messages on a stream, after those of an earlier one.
  case after([[UInt8]], [[UInt8]])
  /// A second stream while one runs.
  case whileRunning([[UInt8]])
  /// Needs more than messages: the tests of this file do it.
  case test(String)

  private static let id = "0f0e0d0c-0b0a-4908-8706-050403020100"
  private static let begin = ProtoBytes.begin(columns: ["external_id"])
  private static let begun = ProtoBytes.begin(columns: ["external_id"], importID: id)
  private static let five = chunk(0, 5)
  private static let end = ProtoBytes.finish(rowCount: 5)

  private static func chunk(_ first: UInt64, _ count: Int, cell: String = "u") -> [UInt8] {
    ProtoBytes.chunk(firstRow: first, rows: (0..<count).map { ["\(cell)\(first)-\($0)"] })
  }

  private static let preview = ProtoBytes.field(9, 2)
  private static let wholly = ProtoBytes.field(10, 1)

  private static func limits(
    rows: UInt64 = 0, bytes: UInt64 = 0, spooledRows: UInt64 = 100, spooledBytes: UInt64 = 100_000
  ) -> Limits {
    var limits = Limits()
    limits.spooledRowsMax = spooledRows
    limits.spooledBytesMax = spooledBytes
    limits.rowsPerImport = rows
    limits.bytesPerImport = bytes
    return limits
  }

  /// A begin of the column external_id, with more fields.
  private static func begin(_ fields: [UInt8]) -> [UInt8] {
    ProtoBytes.field(1, ProtoBytes.field(2, "external_id") + fields)
  }

  private static func totals(rows: UInt64, bytes: UInt64) -> [UInt8] {
    begin(ProtoBytes.field(5, ProtoBytes.field(1, rows) + ProtoBytes.field(2, bytes)))
  }

  private static func emptyRows(_ count: Int, cellsEach: Int = 0) -> [UInt8] {
    let row = ProtoBytes.field(2, (0..<cellsEach).flatMap { _ in ProtoBytes.field(1, "") })
    return ProtoBytes.field(2, (0..<count).flatMap { _ in row })
  }

  static let all: [String: Provocation] = [
    // Begin
    "no rule of the policy is about the caller; so is every other call but those of health":
      .test("MusterServerTests/Access/PolicyTests"),
    "the caller lacks the scope on the workspace, there or not":
      .test("MusterServerTests/Access/PolicyTests"),
    "declared rows over the limit":
      .messages([totals(rows: 11, bytes: 1)], limits(rows: 10)),
    "declared rows over the limit of a preview or an all-or-nothing import":
      .messages(
        [
          begin(
            ProtoBytes.field(3, preview)
              + ProtoBytes.field(5, ProtoBytes.field(1, 11) + ProtoBytes.field(2, 1)))
        ],
        limits(spooledRows: 10)),
    "declared bytes over the limit":
      .messages([totals(rows: 1, bytes: 501)], limits(bytes: 500)),
    "an `import_id` that is no UUID":
      .messages([ProtoBytes.begin(columns: ["external_id"], importID: "x")]),
    "a workspace's name that is no slug": .messages([begin(ProtoBytes.field(1, "No pe"))]),
    "an unknown workspace": .messages([begin(ProtoBytes.field(1, "nope"))]),
    "wrong columns, all of them at once":
      .messages([ProtoBytes.begin(columns: ["emial", "name", "name", "form.a.b"])]),
    "too many columns":
      .messages([ProtoBytes.begin(columns: ["external_id"] + (1...1000).map { "_\($0)" })]),
    "the import is running": .whileRunning([begun]),
    "an unknown role":
      .messages([begin(ProtoBytes.field(3, ProtoBytes.field(1, "usr")))]),
    "the id of an import with other columns or options":
      .after([begun, five], [ProtoBytes.begin(columns: ["email"], importID: id)]),
    "the id of an import with other totals":
      .after(
        [begun, five, end],
        [begin(ProtoBytes.field(4, id) + ProtoBytes.field(5, ProtoBytes.field(1, 6)))]),
    "the id of an import that is over and did not finish": .test(
      "MusterStoreTests/ImportLedgerTests"),
    // The order of messages
    "a chunk before `begin`": .messages([five]),
    "`finish` before `begin`": .messages([end]),
    "the end before `begin`": .messages([]),
    "a second `begin`": .messages([begin, begin]),
    "a chunk that begins after the next row": .messages([begin, chunk(3, 1)]),
    "a chunk of rows that are decided": .messages([begin, five, five, chunk(0, 0), end]),
    "`finish` with another number of rows":
      .messages([begin, five, ProtoBytes.finish(rowCount: 4)]),
    "anything after `finish`": .messages([begin, five, end, five]),
    "the end without `finish`": .messages([begin, five]),
    "the client cancels, dies, or its deadline passes":
      .test("MusterServerTests/ResumeTests"),
    // The bytes of a message
    "no protobuf, or of another message": .messages([[0xFF, 0xFF]]),
    "the flag before a message is neither 0 nor 1":
      .test("MusterServerTests/Memory/MessageIntakeTests"),
    "the flag says compressed, and the call names no compression":
      .test("MusterServerTests/Memory/MessageIntakeTests"),
    "none of the three messages in the oneof": .messages([ProtoBytes.field(9, 1)]),
    "more than 64 unknown fields":
      .messages([begin, end + (0..<65).flatMap { _ in ProtoBytes.field(100, 1) }]),
    "an option's mode that this version lacks":
      .messages([begin(ProtoBytes.field(3, ProtoBytes.field(9, 3)))]),
    "a text (not a cell) that is not UTF-8, or has a NUL":
      .messages([ProtoBytes.field(1, ProtoBytes.field(1, [0x61, 0xFF]))]),
    "more than `chunkBytesMax`":
      .messages([
        begin,
        ProtoBytes.chunk(firstRow: 0, rows: [[String(repeating: "x", count: 5_000_015)]]),
      ]),
    "more than `rowsPerChunkMax`": .messages([begin, emptyRows(70_000)]),
    "more than `unpackedChunkBytesMax`": .messages([begin, emptyRows(2_000, cellsEach: 1_000)]),
    // Rows over a limit of the import, and what the store cannot do
    "one row too many": .messages([begin, chunk(0, 11)], limits(rows: 10)),
    "one byte too many":
      .messages(
        [begin, chunk(0, 2, cell: String(repeating: "x", count: 250))], limits(bytes: 500)),
    "one row too many for a preview or an all-or-nothing import":
      .messages(
        [begin(ProtoBytes.field(3, preview)), chunk(0, 11)], limits(spooledRows: 10)),
    "more bytes than a preview or an all-or-nothing import may keep on disk":
      .messages(
        [begin(ProtoBytes.field(3, wholly)), chunk(0, 11)], limits(spooledBytes: 500)),
    "no room on disk for the rows of a preview or an all-or-nothing import":
      .test("EndToEndTests/SpoolTests"),
    "`max_faults` reached by an all-or-nothing import":
      .messages([
        begin(ProtoBytes.field(3, wholly + ProtoBytes.field(8, 2))),
        ProtoBytes.chunk(firstRow: 0, rows: [[""], [""], ["u"]]), ProtoBytes.finish(rowCount: 3),
      ]),
    "`max_faults` reached":
      .messages([
        begin(ProtoBytes.field(3, ProtoBytes.field(8, 2))),
        ProtoBytes.chunk(firstRow: 0, rows: [[""], [""], ["u"]]),
      ]),
    "somebody cancels the import": .test("MusterServerTests/LedgerCallTests"),
    "the disk or the memory is full":
      .test("MusterStoreTests/FullDiskTests"),
    "the disk fails": .test("MusterStoreTests/GroupFailureTests"),
    "the file is damaged, or another program wrote to it or took it away": .test(
      "MusterStoreTests/FileGoneTests"),
    "the daemon is told to stop": .test("MusterServerTests/StopTests"),
  ]

  /// Commits the violation; nil if another test does.
  func commit() async throws -> StreamOutcome? {
    switch self {
    case .messages(let messages, let limits):
      return try await TestDaemon.with(limits: limits) { try await $0.send(messages) }
    case .after(let earlier, let messages):
      return try await TestDaemon.with { daemon in
        _ = try await daemon.send(earlier)
        return try await daemon.send(messages)
      }
    case .whileRunning(let messages):
      return try await TestDaemon.with { daemon in
        let second = Collected<StreamOutcome>()
        try await daemon.rawClient { client in
          let first = await client.stream { sender in
            try await sender.send(Self.begun)
            _ = try await sender.waitForAccepted()
            second.append(try await daemon.send(messages))
            try await sender.send(ProtoBytes.finish(rowCount: 0))
          }
          guard first.summary != nil else { throw TestFailure("The first stream was harmed.") }
        }
        return second.all.first
      }
    case .test: return nil
    }
  }
}
