import MusterCore
import Testing

struct LogBacklogTests {
  private static func line(_ byteCount: Int) -> [UInt8] {
    [UInt8](repeating: UInt8(ascii: "x"), count: byteCount - 1) + [UInt8(ascii: "\n")]
  }

  @Test func `lines come out in their order, and once`() {
    var backlog = LogBacklog()
    #expect(backlog.isEmpty)
    backlog.add("a\n".utf8)
    backlog.add("b\n".utf8)
    #expect(!backlog.isEmpty)
    #expect(backlog.take() == LogBacklog.Batch(bytes: Array("a\nb\n".utf8), droppedCount: 0))
    #expect(backlog.isEmpty && backlog.take().bytes.isEmpty)
  }

  @Test func `what is over the bound of bytes is counted, and so is all that follows`() {
    var backlog = LogBacklog()
    backlog.add(Self.line(LogBacklog.bytesMax - 10))
    backlog.add(Self.line(11))
    // This one would fit, and would stand before the count of one that came earlier.
    backlog.add(Self.line(5))
    let batch = backlog.take()
    #expect(batch.bytes.count == LogBacklog.bytesMax - 10 && batch.droppedCount == 2)
    backlog.add(Self.line(5))
    #expect(backlog.take() == LogBacklog.Batch(bytes: Self.line(5), droppedCount: 0))
  }

  @Test func `there is a bound of lines`() {
    var backlog = LogBacklog()
    for _ in 0..<LogBacklog.linesMax + 3 { backlog.add(Self.line(2)) }
    let batch = backlog.take()
    #expect(batch.bytes.count == 2 * LogBacklog.linesMax && batch.droppedCount == 3)
  }

  @Test func `a line that never fits is counted, and does no harm`() {
    var backlog = LogBacklog()
    backlog.add(Self.line(LogBacklog.bytesMax + 1))
    #expect(!backlog.isEmpty)
    #expect(backlog.take() == LogBacklog.Batch(bytes: [], droppedCount: 1))
    backlog.add(Self.line(2))
    #expect(backlog.take().droppedCount == 0)
  }
}
