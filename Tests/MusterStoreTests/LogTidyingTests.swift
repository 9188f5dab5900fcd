import Testing

@testable import MusterStore

/// The log is copied when it pays, and begins anew before it is too long.
struct LogTidyingTests {
  @Test(
    "who waits for rows copies early, who has rows waiting copies late",
    arguments: [
      (0, true, .nothing), (4_095, true, .nothing), (4_096, true, .copy), (4_096, false, .nothing),
      (5_119, true, .copy), (5_119, false, .nothing), (5_120, false, .restart),
      (5_120, true, .restart), (1_000_000, false, .restart),
    ] as [(Int32, Bool, LogTidying.Step)])
  func step(pages: Int32, isIdle: Bool, expected: LogTidying.Step) {
    #expect(LogTidying().step(pages: pages, isIdle: isIdle) == expected)
  }

  @Test("a reader that does not let the log begin anew is waited for again after it has grown")
  func retry() {
    var tidying = LogTidying()
    tidying.triedRestart(pages: 7_000, succeeded: false)
    #expect(tidying.step(pages: 7_000, isIdle: false) == .nothing)
    #expect(tidying.step(pages: 7_000, isIdle: true) == .copy)
    #expect(tidying.step(pages: 9_047, isIdle: false) == .nothing)
    #expect(tidying.step(pages: 9_048, isIdle: false) == .restart)
    tidying.triedRestart(pages: .max, succeeded: false)
    #expect(tidying.step(pages: .max, isIdle: false) == .restart)
    tidying.triedRestart(pages: 9_048, succeeded: true)
    #expect(tidying == LogTidying())
  }

  @Test("the log and the transaction that comes next stay under 256 MiB")
  func bound() {
    let pageBytes = 16_384
    let transactionBytes =
      Int(LogTidying.transactionPagesMax) * pageBytes + WorkspaceWriter.cacheBytes
    let logBytes = Int(LogTidying.restartPagesMin) * pageBytes
    // What is left is for the pages of a last chunk: 2,000 of a command of ours.
    #expect(logBytes + transactionBytes <= 208 << 20)
  }

  @Test(
    "changes that wait may write what the log has room for",
    arguments: [(0, 13_312), (-1, 13_312), (5_119, 8_193), (13_312, 0), (.max, 0)]
      as [(Int32, Int32)])
  func deferred(pages: Int32, room: Int32) {
    #expect(LogTidying().deferredPagesMax(pages: pages) == room)
    #expect(Int(LogTidying.deferredPagesMax) * 16_384 <= 208 << 20)
  }
}
