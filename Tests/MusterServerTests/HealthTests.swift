import GRPCCore
import Logging
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Synchronization
import Testing

@testable import MusterServer

/// What the daemon says of its own health.
@Suite(.timeLimit(.minutes(1))) struct HealthTests {
  private typealias Status = HealthCheckResponse.ServingStatus

  /// What the writers are said to be at.
  private final class Writers: Sendable {
    private let progress = Mutex(WriterProgress())

    var now: WriterProgress {
      get { progress.withLock { $0 } }
      set { progress.withLock { $0 = newValue } }
    }
  }

  private static let hung = WriterProgress(oldestSync: .seconds(6))

  private static func monitor(_ writers: Writers, _ stopping: StopFlag) -> HealthMonitor {
    HealthMonitor(
      stopping: stopping, progress: { writers.now },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  @Test func `a disk that hangs is not served from, and one that answers again is`() async {
    let writers = Writers()
    let monitor = Self.monitor(writers, StopFlag())
    let watching = Task { await monitor.run() }
    defer { watching.cancel() }
    var statuses = monitor.watch().makeAsyncIterator()
    #expect(await statuses.next() == .serving)
    writers.now = Self.hung
    #expect(monitor.status == .notServing)
    #expect(await statuses.next() == .notServing)
    writers.now = WriterProgress()
    #expect(monitor.status == .serving)
    #expect(await statuses.next() == .serving)
  }

  @Test func `who watches hears of a stop before the end`() async {
    let stopping = StopFlag()
    let monitor = Self.monitor(Writers(), stopping)
    var early = monitor.watch().makeAsyncIterator()
    #expect(await early.next() == .serving)
    stopping.set()
    monitor.stop()
    #expect(await early.next() == .notServing)
    #expect(await early.next() == nil)
    var late = monitor.watch().makeAsyncIterator()
    #expect(await late.next() == .notServing)
    #expect(await late.next() == nil)
    #expect(monitor.status == .notServing)
  }

  @Test(arguments: ["", "muster.v1.ImportService"])
  func `a watch over the socket says NOT_SERVING, and ends in order`(
    _ service: String
  ) async throws {
    let heard = Collected<Int>()
    try await TestDaemon.with { daemon in
      try await daemon.rawClient { raw in
        try await raw.grpc.serverStreaming(
          request: ClientRequest(message: HealthCheckRequest(service: service)),
          descriptor: HealthMethods.watch, serializer: WireSerializer<HealthCheckRequest>(),
          deserializer: WireDeserializer<HealthCheckResponse>(), options: RawClient.options
        ) { response in
          for try await message in response.messages {
            heard.append(Int(message.status.rawValue))
            if message.status == .serving { daemon.server.beginGracefulShutdown() }
          }
        }
      }
    }
    #expect(heard.all == [Status.serving, .notServing].map { Int($0.rawValue) })
  }
}
