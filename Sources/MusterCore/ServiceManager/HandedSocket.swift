/// The listening socket that a service manager may have handed to this process.
///
/// Source: sd_listen_fds(3). The manager makes the socket, keeps it over restarts, and starts the
/// daemon with it: descriptors from 3 on, `LISTEN_FDS` of them, meant for the process `LISTEN_PID`.
public enum HandedSocket: Equatable, Sendable {
  /// Nothing was handed over: the daemon makes its own socket.
  case none
  /// The socket has this descriptor; whether it is one that listens must still be looked at.
  case descriptor(Int32)
  /// What was handed over cannot be used; a sentence says why.
  case refused(String)

  /// The first descriptor that is handed over (SD_LISTEN_FDS_START).
  static let firstDescriptor: Int32 = 3

  /// Decides by the environment.
  ///
  /// - Parameters:
  ///   - listenPID: `LISTEN_PID`; nil if it is not set.
  ///   - listenFDs: `LISTEN_FDS`; nil if it is not set.
  public init(listenPID: String?, listenFDs: String?, processID: Int32) {
    guard let listenPID, let listenFDs else {
      self = .none
      return
    }
    guard let meant = Int32(listenPID), meant > 0, let count = Int32(listenFDs), count >= 0 else {
      self = .refused(
        "LISTEN_PID is \"\(listenPID)\" and LISTEN_FDS \"\(listenFDs)\"; both must be numbers.")
      return
    }
    // Sockets of another process, whose environment this one has inherited.
    guard meant == processID, count > 0 else {
      self = .none
      return
    }
    guard count == 1 else {
      self = .refused(
        "The service manager handed over \(count) sockets, and musterd listens on one; leave one"
          + " ListenStream in the socket unit.")
      return
    }
    self = .descriptor(Self.firstDescriptor)
  }
}
