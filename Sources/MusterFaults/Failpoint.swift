#if MUSTER_FAULTS
  internal import Glibc
  internal import Synchronization
#endif

/// A place in the daemon where a test may kill it.
///
/// `MUSTER_FAILPOINT=NAME:COUNT` in the environment of a debug build sends the process SIGKILL when
/// it reaches the place for the COUNT-th time (from 1; 0 never does). `NAME:COUNT:MILLISECONDS`
/// waits there first, so that what other threads have to say is said. A release build does nothing.
public enum Failpoint: String, CaseIterable, Sendable {
  /// All of a group is written, nothing of it is committed.
  case beforeCommit = "before-commit"
  /// A group is durable, and nobody has been told.
  case afterCommit = "after-commit"
  /// A message to an import's client is about to be sent.
  case beforeAnswer = "before-answer"
  /// The client has said that it is finished, and that is not written yet.
  case beforeFinish = "before-finish"
  /// An import is finished and durable, and its client has not been told.
  case beforeSummary = "before-summary"
  /// A checkpoint begins. While this is armed, each commit is followed by one.
  case checkpoint = "checkpoint"

  /// Between two steps of deleting a workspace, as often as there are steps.
  case deletion = "deletion"
  /// The files beside a database that gets another name are gone, and it has the old one still.
  case renaming = "renaming"
  /// Between two steps of deleting what a member held.
  case erasing = "erasing"

  /// Goes on, or never comes back.
  @inline(__always)
  public func reach() {
    #if MUSTER_FAULTS
      if let armed = Self.armed, armed.failpoint == self { armed.count() }
    #endif
  }

  /// Whether the environment names this failpoint.
  @inline(__always)
  public var isArmed: Bool {
    #if MUSTER_FAULTS
      Self.armed?.failpoint == self
    #else
      false
    #endif
  }

  #if MUSTER_FAULTS
    private static let armed = Armed(Environment.value("MUSTER_FAILPOINT"))

    /// The failpoint that the environment names, and how often it may still be passed.
    private final class Armed: Sendable {
      let failpoint: Failpoint
      private let passesLeft: Atomic<Int>
      private let wait: UInt32

      init?(_ setting: String?) {
        let parts = (setting ?? "").split(separator: ":")
        guard parts.count == 2 || parts.count == 3,
          let failpoint = Failpoint(rawValue: String(parts[0])), let passes = Int(parts[1]),
          let wait = parts.count == 3 ? UInt32(parts[2]) : 0
        else { return nil }
        self.failpoint = failpoint
        passesLeft = Atomic(passes)
        self.wait = wait
      }

      func count() {
        guard passesLeft.subtract(1, ordering: .relaxed).newValue == 0 else { return }
        usleep(wait * 1_000)
        kill(getpid(), SIGKILL)
      }
    }
  #endif
}
