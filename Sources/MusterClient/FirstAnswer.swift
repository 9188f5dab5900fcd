internal import Glibc
internal import MusterCore

/// How long a client waits for a daemon that does not answer or has no room, and which
/// closure reports a long wait.
package struct Patience: Sendable {
  /// How long to wait for the daemon's first word.
  package var limit: Duration
  /// How long a call is tried again that the daemon has no room for; 0 tries nothing again.
  package var fullLimit: Duration
  /// Called once, when it has taken long enough for a user to wonder.
  package var notice: @Sendable (WaitDecision.Cause) -> Void

  /// Describes it; without a closure the wait is silent.
  package init(
    limit: Duration = ClientBounds.firstAnswerTimeout, fullLimit: Duration = .zero,
    notice: @escaping @Sendable (WaitDecision.Cause) -> Void = { _ in }
  ) {
    self.limit = limit
    self.fullLimit = fullLimit
    self.notice = notice
  }
}

/// Waits for the first word of whoever serves a socket.
///
/// A server sends its HTTP/2 settings first (RFC 9113, section 3.4), without being asked. A socket
/// that a service manager holds accepts connections also while no daemon can be started, and so
/// does the kernel for a daemon that is stopped or hangs: only what is heard shows that one serves.
extension SocketProbe {
  /// Connects, and waits until the server says something or closes the connection.
  ///
  /// - Throws: What ``check(_:)`` throws, at once; `unavailable` if nothing is heard in time; a
  ///   `CancellationError` if the task is cancelled.
  static func awaitAnswer(_ path: String, _ patience: Patience) async throws {
    let start = ContinuousClock.now
    var isNoticed = false
    var connection = try WaitingConnection(path)
    var fullWait = FullWait(patience)
    while true {
      switch connection.state() {
      case .answered: return
      case .closed:
        // gRPC's own attempt is to fail in its own words.
        guard try await fullWait.wait() else { return }
        connection = try WaitingConnection(path)
        continue
      case .silent: break
      }
      let decision = WaitDecision(
        elapsed: .now - start, limit: patience.limit, isNoticed: isNoticed)
      switch decision.step {
      case .wait(let pause):
        try await Task.sleep(for: pause)
        if !connection.isConnected { connection = try WaitingConnection(path) }
      case .notice:
        patience.notice(.silent)
        isNoticed = true
      case .giveUp: throw silence(path, patience.limit)
      }
    }
  }

  private static func silence(_ path: String, _ limit: Duration) -> MusterClientError {
    let seconds = max(1, Int((limit / .seconds(1)).rounded()))
    var error = MusterClientError(
      code: .unavailable,
      message: "Nobody has answered on the socket \(path) for \(seconds) s, although it accepts"
        + " connections: its daemon could not be started, is stopped, or hangs.")
    error.isUnanswered = true
    return error
  }
}

/// A connection on which nothing is sent.
private struct WaitingConnection: ~Copyable {
  private let socket: Int32
  /// False while the socket's queue of connections is full.
  let isConnected: Bool

  /// Connects, unless the socket's queue is full.
  ///
  /// - Throws: A `MusterClientError` if nobody listens, or this user may not connect.
  init(_ path: String) throws(MusterClientError) {
    (socket, isConnected) = try SocketProbe.open(path)
  }

  deinit { close(socket) }

  /// What has been heard.
  enum State {
    case silent
    case answered
    /// Nothing, and the other end has closed the connection: so does a daemon that has no room, not
    /// even for saying so.
    case closed
  }

  func state() -> State {
    guard isConnected else { return .silent }
    var poll = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    guard unsafe Glibc.poll(&poll, 1, 1) > 0 else { return .silent }
    var byte: UInt8 = 0
    return unsafe recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) > 0 ? .answered : .closed
  }
}
