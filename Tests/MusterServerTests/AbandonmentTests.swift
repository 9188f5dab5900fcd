import GRPCCore
import Testing

@testable import MusterClient

/// What the transport may never end, a caller need not wait for.
@Suite(.timeLimit(.minutes(1))) struct AbandonmentTests {
  /// Waits for ever, deaf to everything.
  @Sendable private static func hang() async -> Int {
    await unsafe withUnsafeContinuation { _ in }
  }

  @Test func `work that ends in time is as if it ran here`() async throws {
    let value = try await Abandonment.run(timeLimit: .seconds(60), partingTime: .zero) { 7 }
    #expect(value == 7)
    await #expect(throws: RPCError(code: .notFound, message: "no")) {
      try await Abandonment<Int>.run(timeLimit: nil, partingTime: .zero) {
        throw RPCError(code: .notFound, message: "no")
      }
    }
  }

  @Test func `work that hangs is left behind at its deadline`() async {
    let error = await #expect(throws: RPCError.self) {
      try await Abandonment.run(
        timeLimit: .milliseconds(20), partingTime: .seconds(60), Self.hang)
    }
    #expect(error?.code == .deadlineExceeded)
  }

  @Test(arguments: [false, true])
  func `work that hangs is left behind when its caller is cancelled`(_ isEarly: Bool) async {
    let (started, start) = AsyncStream<Void>.makeStream()
    let caller = Task {
      try await Abandonment.run(timeLimit: nil, partingTime: .milliseconds(20)) {
        start.finish()
        return await Self.hang()
      }
    }
    if !isEarly { for await _ in started {} }
    caller.cancel()
    await #expect(throws: CancellationError.self) { try await caller.value }
  }

  @Test func `cancelled work that ends by itself says how`() async {
    let caller = Task {
      try await Abandonment<Int>.run(timeLimit: nil, partingTime: .seconds(60)) {
        let (never, _) = AsyncStream<Void>.makeStream()
        for await _ in never {}
        throw RPCError(code: .cancelled, message: "told")
      }
    }
    caller.cancel()
    await #expect(throws: RPCError(code: .cancelled, message: "told")) { try await caller.value }
  }
}
