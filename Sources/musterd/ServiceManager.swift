internal import Glibc
internal import MusterCore

/// systemd, or another that speaks its words: hands over a socket, and wants to be told.
struct ServiceManager: Sendable {
  private let address: NotifyAddress?
  private let watchdog: WatchdogInterval?

  init() {
    address = NotifyAddress(Environment.value("NOTIFY_SOCKET"))
    watchdog = WatchdogInterval(
      microseconds: Environment.value("WATCHDOG_USEC"),
      watchdogPID: Environment.value("WATCHDOG_PID"), processID: getpid())
  }

  /// The descriptor that was handed to this process; nil if none was.
  ///
  /// - Throws: A `Failure` for what cannot be used.
  func handedSocket() throws -> Int32? {
    let handed = HandedSocket(
      listenPID: Environment.value("LISTEN_PID"), listenFDs: Environment.value("LISTEN_FDS"),
      processID: getpid())
    switch handed {
    case .none: return nil
    case .descriptor(let descriptor): return descriptor
    case .refused(let reason): throw Failure(message: reason)
    }
  }

  /// Tells it how the daemon is, and never waits for it. A word that it does not take is lost:
  /// there is nobody to tell.
  func tell(_ state: ServiceState) {
    guard let address else { return }
    let made = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard made >= 0 else { return }
    defer { close(made) }
    var target = sockaddr_un()
    target.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &target.sun_path) {
      unsafe $0.copyBytes(from: address.pathBytes)
    }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + address.pathBytes.count)
    let text = Array(state.rawValue.utf8)
    unsafe withUnsafePointer(to: &target) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = unsafe sendto(made, text, text.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), $0, length)
      }
    }
  }

  /// Says that the daemon is alive for as long as the process lasts, also while it stops.
  ///
  /// Said from where calls are served: when no task gets its turn any more, nobody says it.
  func keepWatchdogQuiet() {
    guard let watchdog else { return }
    Task.detached {
      while true {
        tell(.alive)
        try await Task.sleep(for: watchdog.pause)
      }
    }
  }
}
