internal import Logging
internal import MusterCore
internal import MusterStore

/// Writes down which workspaces open and close. A workspace's name is no personal data.
struct WorkspaceLog: Sendable {
  let logger: Logger

  func write(_ event: WorkspaceEvent) {
    switch event {
    case .opened(let name, let milliseconds):
      logger.info(
        "workspace opened", metadata: ["workspace": "\(name)", "milliseconds": "\(milliseconds)"])
    case .closed(let name, let reason):
      logger.info(
        "workspace closed", metadata: ["workspace": "\(name)", "reason": "\(reason.rawValue)"])
    }
  }
}
