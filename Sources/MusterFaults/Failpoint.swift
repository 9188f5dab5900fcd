#if MUSTER_FAULTS
  internal import Glibc
  internal import Synchronization
#endif

/// A place in the daemon where a test may kill it.
///
/// `MUSTER_FAILPOINT=NAME:COUNT` in the environment of a debug build sends the process SIGKILL when
/// it reaches the place for the COUNT-th time (from 1). A release build does nothing there.
public enum Failpoint: String, CaseIterable, Sendable {
  /// All of a group is written, nothing of it is committed.
  case beforeCommit = "before-commit"
  /// A group is durable, and nobody has been told.
  case afterCommit = "after-commit"

  /// Goes on, or never comes back.
  @inline(__always)
  public func reach() {
    #if MUSTER_FAULTS
      if let armed = Self.armed, armed.failpoint == self { armed.count() }
    #endif
  }

  #if MUSTER_FAULTS
    private static let armed = Armed(Environment.value("MUSTER_FAILPOINT"))

    /// The failpoint that the environment names, and how often it may still be passed.
    private final class Armed: Sendable {
      let failpoint: Failpoint
      private let passesLeft: Atomic<Int>

      init?(_ setting: String?) {
        let parts = (setting ?? "").split(separator: ":")
        guard parts.count == 2, let failpoint = Failpoint(rawValue: String(parts[0])),
          let passes = Int(parts[1])
        else { return nil }
        self.failpoint = failpoint
        passesLeft = Atomic(passes)
      }

      func count() {
        if passesLeft.subtract(1, ordering: .relaxed).newValue == 0 { kill(getpid(), SIGKILL) }
      }
    }
  #endif
}
