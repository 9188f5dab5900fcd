/// How often a service manager wants to hear that its service is alive.
///
/// Source: sd_watchdog_enabled(3): one that says nothing for `WATCHDOG_USEC` is killed, and told
/// twice as often it never is by accident.
public struct WatchdogInterval: Equatable, Sendable {
  /// From one word to the next.
  public var pause: Duration

  /// Reads `WATCHDOG_USEC` and `WATCHDOG_PID`; nil if nobody waits for a word of this process.
  public init?(microseconds: String?, watchdogPID: String?, processID: Int32) {
    guard let limit = microseconds.flatMap(Int64.init), limit > 0 else { return nil }
    if let watchdogPID, Int32(watchdogPID) != processID { return nil }
    pause = .microseconds(max(1, limit / 2))
  }
}
