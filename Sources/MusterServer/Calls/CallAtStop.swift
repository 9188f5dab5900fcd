internal import GRPCCore
internal import Synchronization

/// What a daemon that stops does with a call that runs.
enum CallAtStop: Sendable {
  /// It may go on, for as long as the daemon waits for calls.
  case goOn
  /// It ends, with UNAVAILABLE.
  case end
  /// It may go on as long as its client takes the answers; else it ends, with UNAVAILABLE.
  case endUnread
}

/// How many messages a call has sent.
final class MessageCount: Sendable {
  private let count = Atomic(0)

  /// After so long without a message nobody takes them.
  private static let stillTime: Duration = .milliseconds(250)

  func add() { count.add(1, ordering: .relaxed) }

  /// Cancels the work of a call once no more messages are sent.
  func cancelOnceStill(_ work: Task<Void, any Error>) async {
    var before = -1
    while before != count.load(ordering: .relaxed), !work.isCancelled {
      before = count.load(ordering: .relaxed)
      try? await Task.sleep(for: Self.stillTime)
    }
    work.cancel()
  }
}

/// A writer that counts the messages that its client, or HTTP/2's flow control, has made room for.
struct CountedWriter<Element: Sendable>: RPCWriterProtocol {
  private let writer: RPCWriter<Element>
  let count = MessageCount()

  init(_ writer: RPCWriter<Element>) { self.writer = writer }

  func write(_ element: Element) async throws {
    try await writer.write(element)
    count.add()
  }

  func write(contentsOf elements: some Sequence<Element>) async throws {
    for element in elements { try await write(element) }
  }
}
