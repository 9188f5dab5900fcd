internal import Glibc
internal import NIOCore

/// Who is at the other end of a Unix socket, by the kernel's word.
///
/// The layout of Linux' `struct ucred`, which Swift does not see (RELIABILITY, "Peer").
struct PeerCredentials: Sendable, Equatable {
  var pid: Int32
  var uid: UInt32
  var gid: UInt32

  /// SO_PEERCRED on Linux.
  static let socketOption = NIOBSDSocket.Option(rawValue: 17)

  /// Whether the daemon serves it: its own user and root, nobody else. Never decided by the pid.
  func mayConnect(toDaemonOf uid: UInt32) -> Bool { self.uid == uid || self.uid == 0 }
}
