internal import MusterClient
internal import Synchronization

internal import enum MusterCore.DaemonChoice
internal import struct MusterCore.WaitDecision

/// Tells the user, once a command, what it waits for and where to look: on standard error, in every
/// output format.
struct WaitingNotice: Sendable {
  private let daemon: DaemonChoice
  /// What the user has been told; a command may connect many times.
  private static let printed = Mutex<Set<WaitDecision.Cause>>([])

  init(_ daemon: DaemonChoice) { self.daemon = daemon }

  /// Prints what the command waits for.
  ///
  /// - Parameter limit: How long it waits in all.
  func print(_ cause: WaitDecision.Cause, limit: Duration) {
    guard Self.printed.withLock({ $0.insert(cause).inserted }) else { return }
    let seconds = NumberText.duration(seconds: (limit / .seconds(1)).rounded())
    let what =
      switch cause {
      case .silent: "The socket \(socketPath) accepts connections, and its daemon does not answer"
      case .starting: "The private daemon does not serve yet"
      case .full:
        "The daemon is full: as many calls or connections are open as it serves at the same time,"
          + " or as your user may have of them"
      }
    let rest = cause == .full ? "" : " \(whereToLook)"
    Diagnostics.note("\(what); waiting for up to \(seconds).\(rest)")
  }

  /// A sentence that says where the reason can be found.
  var whereToLook: String {
    switch daemon {
    case .named: "The reason is in the log of musterd (under systemd: journalctl -u musterd)."
    case .system: "To see the reason: journalctl -u musterd"
    case .ownPrivate(let paths): "Its log is \(paths.logFile)."
    }
  }

  /// An error with where to look, if it is about a daemon that cannot be reached.
  func explained(_ error: any Error) -> any Error {
    guard var failure = error as? MusterClientError, failure.isUnanswered else { return error }
    failure.message += " \(whereToLook)"
    return failure
  }

  private var socketPath: String {
    switch daemon {
    case .named(let path), .system(let path): path
    case .ownPrivate(let paths): paths.socketPath
    }
  }
}
