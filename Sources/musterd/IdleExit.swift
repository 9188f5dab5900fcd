internal import Glibc
internal import Logging
internal import MusterCore
internal import MusterFiles
internal import MusterServer

/// Ends a daemon that nobody has needed for a while; ``IdleDecision`` decides.
struct IdleExit: Sendable {
  private let limit: Duration
  private let data: String
  private let socket: String
  private let logger: Logger

  init(seconds: UInt32, data: String, socket: String, _ logger: Logger) {
    limit = .seconds(seconds)
    self.data = data
    self.socket = socket
    self.logger = logger
  }

  /// Waits until the daemon is to leave; it then holds the use lock until its process is gone.
  ///
  /// - Returns: False if the wait was cancelled, or the lock cannot be had at all.
  func wait(_ server: MusterServer) async -> Bool {
    let lock: Int32
    do throws(FileFailure) {
      lock = try KeptFile.open(FileName(PrivatePaths.useLock(in: data)), .readWrite)
    } catch {
      logger.warning(
        "never leaves: the use lock cannot be opened", metadata: ["error": "\(error.message)"])
      return false
    }
    var holdsLock = false
    while !Task.isCancelled {
      let decision = IdleDecision(
        limit: limit, idle: server.idleTime, isReachable: unsafe access(socket, F_OK) == 0,
        holdsUseLock: holdsLock)
      switch decision.step {
      case .leave: return true
      case .takeUseLock:
        holdsLock = flock(lock, LOCK_EX | LOCK_NB) == 0
        if !holdsLock { try? await Task.sleep(for: decision.pauseAfterRefusal) }
      case .giveBack:
        flock(lock, LOCK_UN)
        holdsLock = false
        try? await Task.sleep(for: IdleDecision.waitMin)
      case .wait(let duration): try? await Task.sleep(for: duration)
      }
    }
    close(lock)
    return false
  }
}
