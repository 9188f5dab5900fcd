import Glibc
import MusterCore
import MusterStore
import MusterTestDaemon
import MusterTestSupport
import Testing

@testable import MusterServer

/// Whom the kernel names as a peer, and what belongs to one daemon only.
@Suite struct AccessTests {
  @Test func `credentials lie in memory as the kernel gives them`() throws {
    #expect(MemoryLayout<PeerCredentials>.size == 12)
    #expect(MemoryLayout<PeerCredentials>.offset(of: \.pid) == 0)
    #expect(MemoryLayout<PeerCredentials>.offset(of: \.uid) == 4)
    #expect(MemoryLayout<PeerCredentials>.offset(of: \.gid) == 8)
    var pair: [Int32] = [0, 0]
    unsafe #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
    defer { for descriptor in pair { close(descriptor) } }
    var credentials = PeerCredentials(pid: 0, uid: .max, gid: .max)
    var size = socklen_t(MemoryLayout<PeerCredentials>.size)
    let result = unsafe getsockopt(
      pair[0], SOL_SOCKET, PeerCredentials.socketOption, &credentials, &size)
    #expect(result == 0 && size == 12)
    #expect(credentials == PeerCredentials(pid: getpid(), uid: geteuid(), gid: getegid()))
    let peer = try #require(Peer(descriptor: pair[0]))
    #expect(peer.processID == getpid() && peer.caller.user == geteuid())
    #expect(peer.caller.groups == Self.ownGroups)
  }

  @Test func `what is no connection has no peer`() throws {
    var pipe: [Int32] = [0, 0]
    unsafe #expect(Glibc.pipe(&pipe) == 0)
    defer { for descriptor in pipe { close(descriptor) } }
    for descriptor in [pipe[0], -1] { #expect(Peer(descriptor: descriptor) == nil) }
  }

  /// The groups of this process, its own and the supplementary ones.
  private static var ownGroups: Set<UInt32> {
    var groups = [gid_t](repeating: 0, count: 65_536)
    let count = unsafe getgroups(Int32(groups.count), &groups)
    return Set(groups.prefix(Int(max(count, 0)))).union([getegid()])
  }

  @Test func `a data directory belongs to one daemon at a time`() async throws {
    try await withTemporaryDirectory { path in
      let data = path + "/data"
      do {
        let first = try DataDirectory(path: data)
        let error = #expect(throws: StoreError.self) { try DataDirectory(path: data) }
        #expect(error?.code == .failedPrecondition)
        #expect(error?.message.contains(data) == true)
        #expect(try first.list().map(\.name) == ["default"])
        #expect(try first.workspace("").name == "default")
      }
      // The first one is gone, and with it the lock; the lock's file stays.
      unsafe #expect(access(data + "/lock", F_OK) == 0)
      #expect(throws: Never.self) { try DataDirectory(path: data) }
    }
  }

  @Test func `a data directory is its owner's alone`() async throws {
    try await withTemporaryDirectory { path in
      let directory = try DataDirectory(path: path + "/data")
      _ = try directory.create("acme")
      for name in ["", "/lock", "/workspaces", "/workspaces/acme.db", "/workspaces/default.db"] {
        var status = stat()
        unsafe #expect(stat(path + "/data" + name, &status) == 0, "\(name)")
        #expect(status.st_mode & 0o077 == 0, "\(name) is open to others")
      }
    }
  }
}
