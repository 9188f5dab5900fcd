import GRPCCore
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// A message that may not come at this place is refused in words, and harms nobody else.
@Suite(.timeLimit(.minutes(2))) struct OrderViolationTests {
  struct Violation: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var messages: [[UInt8]]
    var code: RPCError.Code
    var phrases: [String]

    init(_ name: String, _ messages: [[UInt8]], _ code: RPCError.Code, _ phrases: String...) {
      testDescription = name
      self.messages = messages
      self.code = code
      self.phrases = phrases
    }
  }

  private static let begin = ProtoBytes.begin(columns: ["external_id"])
  private static let one = ProtoBytes.chunk(firstRow: 0, rows: [["u1"]])

  static let violations = [
    Violation("bytes that are no message", [[0xFF, 0xFF]], .invalidArgument, "protobuf"),
    Violation(
      "bytes that are no message after begin", [begin, one, [0x12, 0x05]], .invalidArgument,
      "protobuf"),
    Violation("an empty message", [[]], .invalidArgument, "neither a begin"),
    Violation(
      "a message of a later version", [begin, ProtoBytes.field(9, 1)], .invalidArgument,
      "neither a begin"),
    Violation("rows before begin", [one], .invalidArgument, "before begin"),
    Violation(
      "finish before begin", [ProtoBytes.finish(rowCount: 0)], .invalidArgument, "before begin"),
    Violation("nothing at all", [], .invalidArgument, "ended before begin"),
    Violation("a second begin", [begin, begin], .invalidArgument, "second begin"),
    Violation("a begin after rows", [begin, one, begin], .invalidArgument, "second begin"),
    Violation(
      "rows after finish", [begin, one, ProtoBytes.finish(rowCount: 1), one], .invalidArgument,
      "after finish"),
    Violation(
      "a second finish",
      [begin, one, ProtoBytes.finish(rowCount: 1), ProtoBytes.finish(rowCount: 1)],
      .invalidArgument, "after finish"),
    Violation(
      "a begin after finish", [begin, ProtoBytes.finish(rowCount: 0), begin], .invalidArgument,
      "after finish"),
    Violation(
      "a gap", [begin, one, ProtoBytes.chunk(firstRow: 3, rows: [["u3"]])], .outOfRange,
      "row 3", "row 1 is expected"),
    Violation(
      "a gap before the first row", [begin, ProtoBytes.chunk(firstRow: 1, rows: [["u1"]])],
      .outOfRange, "row 0 is expected"),
    Violation(
      "a chunk at the last number there is",
      [begin, ProtoBytes.chunk(firstRow: .max, rows: [["u"], ["v"]])], .outOfRange,
      "row 0 is expected"),
    Violation(
      "a chunk without rows beyond the next row", [begin, ProtoBytes.chunk(firstRow: 1, rows: [])],
      .outOfRange, "row 0 is expected"),
    Violation(
      "a finish with too many rows", [begin, one, ProtoBytes.finish(rowCount: 2)], .outOfRange,
      "2 rows", "1 have come"),
    Violation(
      "a finish with too few rows", [begin, one, ProtoBytes.finish(rowCount: 0)], .outOfRange,
      "0 rows", "1 have come"),
    Violation("a stream without finish", [begin, one], .aborted, "without finish", "row 1"),
    Violation("a begin alone", [begin], .aborted, "without finish", "row 0"),
    Violation(
      "text that is not UTF-8", [ProtoBytes.field(1, ProtoBytes.field(1, [0xFF]))],
      .invalidArgument, "workspace", "UTF-8"),
    Violation(
      "an import id that is no UUID", [ProtoBytes.begin(columns: ["email"], importID: "../../x")],
      .invalidArgument, "UUID"),
    Violation(
      "an import id that is almost a UUID",
      [ProtoBytes.begin(columns: ["email"], importID: "0f0e0d0c-0b0a-4908-8706-05040302010g")],
      .invalidArgument, "UUID"),
  ]

  @Test(arguments: violations)
  func `a violation is refused with its status and a reason`(_ violation: Violation) async throws {
    try await TestDaemon.with { daemon in
      let outcome = try await daemon.send(violation.messages)
      #expect(outcome.error?.code == violation.code, "\(String(describing: outcome.error))")
      for phrase in violation.phrases {
        #expect(outcome.error?.message.contains(phrase) == true, "\(outcome.error?.message ?? "")")
      }
      try await daemon.expectServesOn()
    }
  }

  @Test func `all violations on one connection leave the daemon as it was`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.rawClient { client in
        await withTaskGroup(of: Void.self) { group in
          for violation in Self.violations {
            group.addTask {
              let outcome = await client.send(violation.messages)
              #expect(outcome.error?.code == violation.code, "\(violation.testDescription)")
            }
          }
        }
      }
      try await daemon.expectServesOn()
    }
  }

  @Test func `what came before a violation stays, and the import can be gone on with`() async throws
  {
    try await TestDaemon.with { daemon in
      let id = "0f0e0d0c-0b0a-4908-8706-050403020100"
      let begin = ProtoBytes.begin(columns: ["external_id"], importID: id)
      for spoiler in [begin, [0xFF], ProtoBytes.chunk(firstRow: 9, rows: [["x"]])] {
        let outcome = try await daemon.send([begin, Self.one, spoiler])
        #expect(outcome.error != nil)
        #expect(outcome.summary == nil)
      }
      let outcome = try await daemon.send([
        begin, ProtoBytes.chunk(firstRow: 1, rows: [["u2"]]), ProtoBytes.finish(rowCount: 2),
      ])
      #expect(outcome.error == nil)
      #expect(outcome.accepted?.nextRow == 1)
      #expect(outcome.summary?.progress.counts.created == 2)
      #expect(outcome.summary?.progress.counts.received == 2)
      #expect(try await daemon.exportedRows().count == 2)
    }
  }
}
