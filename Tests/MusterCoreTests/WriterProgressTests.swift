import MusterCore
import Testing

/// When a daemon whose disk hangs says that it does not serve.
@Suite struct WriterProgressTests {
  @Test(arguments: [
    (0, 0, false), (4_999, 4_999, false), (5_000, 5_000, false), (5_001, 5_001, true),
    (5_001, 0, true), (0, 5_001, false), (0, 60_000, false), (0, 60_001, true),
  ])
  func `a sync has five seconds, a job a minute`(
    _ sync: Int64, _ job: Int64, _ isStalled: Bool
  ) {
    let progress = WriterProgress(
      oldestSync: .milliseconds(sync), oldestJob: .milliseconds(job))
    #expect(progress.isStalled == isStalled)
  }

  @Test func `of many writers the slowest counts`() {
    let progress = WriterProgress(oldestSync: .seconds(1), oldestJob: .seconds(9))
      .with(WriterProgress(oldestSync: .seconds(2), oldestJob: .seconds(3)))
    #expect(progress == WriterProgress(oldestSync: .seconds(2), oldestJob: .seconds(9)))
    #expect(WriterProgress().with(WriterProgress()) == WriterProgress())
  }
}
