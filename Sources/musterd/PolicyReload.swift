internal import Glibc
internal import Logging
internal import MusterCore
internal import MusterServer
internal import UnixSignals

/// Reads the policy again when the daemon is told to (SIGHUP); nothing else of the settings.
struct PolicyReload: Sendable {
  private let signals: UnixSignalsSequence
  /// The settings file, as a path that stays right when the daemon changes its directory.
  private let path: String?
  private let logger: Logger

  init(_ signals: UnixSignalsSequence, path: String?, _ logger: Logger) {
    self.signals = signals
    self.path = path
    self.logger = logger
  }

  /// The policy of a daemon with these settings.
  static func policy(_ settings: Configuration) -> AccessPolicy {
    AccessPolicy(owner: geteuid(), rules: settings.rules)
  }

  /// Obeys each signal, until the task is cancelled.
  func run(_ server: MusterServer) async {
    for await _ in signals { reload(server) }
  }

  /// Puts the policy of the file in force; a file that is not understood leaves the old one so.
  private func reload(_ server: MusterServer) {
    guard let path else {
      logger.warning("no policy was read again: the daemon has no configuration (--config)")
      return
    }
    do {
      let policy = Self.policy(try Configuration.load(path))
      server.replacePolicy(with: policy)
      logger.info(
        "read the policy again; other settings need a restart",
        metadata: ["config": "\(path)", "rules": "\(policy.rules.count)"])
    } catch {
      logger.error(
        "kept the old policy: the new one cannot be used", metadata: ["error": "\(error)"])
    }
  }
}
