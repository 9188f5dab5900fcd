/// What a service manager is told.
///
/// Source: sd_notify(3).
public enum ServiceState: String, Sendable {
  /// The daemon listens and serves.
  case ready = "READY=1"
  /// It takes no new calls, and ends those that run.
  case stopping = "STOPPING=1"
  /// It is alive.
  case alive = "WATCHDOG=1"
}
