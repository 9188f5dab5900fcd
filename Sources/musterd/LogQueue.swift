internal import Dispatch
internal import Glibc
internal import Logging
internal import MusterCore
internal import MusterFaults
internal import Synchronization

/// Writes the log on a thread of its own, which alone waits for whoever reads it.
///
/// Standard error may be a pipe that nobody reads, or a file on a full disk: nothing else of the
/// daemon may stop for that. ``LogBacklog`` bounds what waits. The descriptor's flags stay as they
/// are: others share them, a terminal's shell say.
final class LogQueue: Sendable {
  private struct State {
    var backlog = LogBacklog()
    /// Since when something waits to be written; nil if nothing does.
    var pendingSince: ContinuousClock.Instant?
    /// Whether the last write failed, on a full disk or with no reader left.
    var isFailing = false
    /// Whether the thread waits for something to write.
    var isResting = false
    /// Those who wait until all is written.
    var flushes: [DispatchSemaphore] = []
  }

  private let descriptor: Int32
  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)

  /// Between two tries to write where it failed.
  private static let retryMilliseconds: Int32 = 250
  /// How long the end of the process waits for the last lines.
  private static let flushTimeMax: DispatchTimeInterval = .seconds(1)

  /// Writes to a descriptor, which stays open as long as the process.
  init(descriptor: Int32) {
    self.descriptor = descriptor
    let context = unsafe Unmanaged.passRetained(self).toOpaque()
    var thread = pthread_t()
    let code = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<LogQueue>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context)
    if code == 0 { pthread_detach(thread) }
  }

  /// A handler that formats as swift-log's own does.
  func handler(label: String) -> StreamLogHandler {
    StreamLogHandler(label: label, stream: Stream(queue: self))
  }

  /// Takes a text with a line feed at its end; never waits.
  func add(_ text: String) {
    if Mutant.blocksOnLog.isOn { return state.withLock { _ in _ = write(Array(text.utf8)[...]) } }
    let mustWake = state.withLock { state in
      state.backlog.add(text.utf8)
      state.pendingSince = state.pendingSince ?? .now
      defer { state.isResting = false }
      return state.isResting
    }
    if mustWake { wake.signal() }
  }

  /// Waits until all is written: for a second at most, and not at all where writing fails.
  func flush() {
    let isDone = DispatchSemaphore(value: 0)
    let mustWait = state.withLock { state in
      guard state.pendingSince != nil, !state.isFailing else { return false }
      state.flushes.append(isDone)
      return true
    }
    if mustWait { _ = isDone.wait(timeout: .now() + Self.flushTimeMax) }
  }

  // MARK: The thread

  private func run() {
    while true {
      guard let batch = nextBatch() else {
        wake.wait()
        continue
      }
      writeAll(batch.bytes)
      if batch.droppedCount > 0 { writeAll(Array(Self.note(batch.droppedCount).utf8)) }
    }
  }

  private func nextBatch() -> LogBacklog.Batch? {
    state.withLock { state in
      guard state.backlog.isEmpty else {
        state.pendingSince = .now
        return state.backlog.take()
      }
      state.pendingSince = nil
      state.isResting = true
      for waiter in state.flushes { waiter.signal() }
      state.flushes = []
      return nil
    }
  }

  /// Writes bytes to their end, however often that has to be tried.
  private func writeAll(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(rest)
      if count > 0 {
        rest = rest.dropFirst(count)
        state.withLock { $0.isFailing = false }
      } else {
        state.withLock { state in
          state.isFailing = true
          for waiter in state.flushes { waiter.signal() }
          state.flushes = []
        }
        _ = poll(nil, 0, Self.retryMilliseconds)
      }
    }
  }

  /// Writes once; waits for room in a descriptor that somebody has made one that never waits.
  ///
  /// - Returns: How many bytes were written; 0 if that failed.
  private func write(_ bytes: ArraySlice<UInt8>) -> Int {
    while true {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&wanted, 1, -1)
      default: return 0
      }
    }
  }

  // MARK: Its formats

  private struct Stream: TextOutputStream, Sendable {
    let queue: LogQueue

    mutating func write(_ text: String) { queue.add(text) }
  }

  /// Keeps the line that a handler writes.
  private final class Line: TextOutputStream, Sendable {
    let text = Mutex("")

    func write(_ text: String) { self.text.withLock { $0 += text } }
  }

  private static func note(_ count: Int) -> String {
    let line = Line()
    let logger = Logger(label: "musterd") { StreamLogHandler(label: $0, stream: line) }
    logger.warning("\(count) log \(count == 1 ? "line was" : "lines were") dropped")
    return line.text.withLock { $0 }
  }
}
