internal import Glibc
internal import MusterCore

/// Who is at the other end of a connection, by the kernel's word when it was made.
struct Peer: Sendable, Equatable {
  /// For the log only: 0 for a process of another pid namespace, and given again to others.
  var processID: Int32
  var caller: AccessCaller

  /// SO_PEERGROUPS on Linux, which Swift does not see (Library facts, "The peer").
  private static let groupsOption: Int32 = 59
  /// Groups that a process of Linux may be in besides its own (NGROUPS_MAX).
  private static let groupsMax = 65_536
  /// Groups for which there is room at the first try.
  private static let groupsUsual = 64

  init(processID: Int32, caller: AccessCaller) {
    self.processID = processID
    self.caller = caller
  }

  /// Asks the kernel; nil if it does not say.
  init?(descriptor: Int32) {
    var credentials = PeerCredentials(pid: 0, uid: .max, gid: .max)
    var length = socklen_t(MemoryLayout<PeerCredentials>.size)
    let code = unsafe getsockopt(
      descriptor, SOL_SOCKET, PeerCredentials.socketOption, &credentials, &length)
    guard code == 0, length == MemoryLayout<PeerCredentials>.size,
      let supplementary = Self.groups(descriptor)
    else { return nil }
    processID = credentials.pid
    caller = AccessCaller(
      user: credentials.uid, groups: Set(supplementary).union([credentials.gid]))
  }

  private static func groups(_ descriptor: Int32) -> [UInt32]? {
    for room in [groupsUsual, groupsMax] {
      var groups = [UInt32](repeating: 0, count: room)
      var length = socklen_t(room * MemoryLayout<UInt32>.size)
      let code = unsafe getsockopt(descriptor, SOL_SOCKET, groupsOption, &groups, &length)
      if code == 0 { return Array(groups.prefix(Int(length) / MemoryLayout<UInt32>.size)) }
      guard errno == ERANGE else { return nil }
    }
    return nil
  }
}
