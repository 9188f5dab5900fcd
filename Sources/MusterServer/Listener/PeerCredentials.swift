/// The layout of Linux' `struct ucred`, which Swift does not see (Library facts, "The peer").
struct PeerCredentials: Sendable, Equatable {
  var pid: Int32
  var uid: UInt32
  var gid: UInt32

  /// SO_PEERCRED on Linux.
  static let socketOption: Int32 = 17
}
