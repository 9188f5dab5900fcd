import Glibc
import MusterCore
import MusterStore
import MusterTestDaemon
import MusterTestSupport
import NIOCore
import Testing

@testable import MusterServer

/// Who may use a daemon, and what belongs to one daemon only.
@Suite struct AccessTests {
  @Test(
    arguments: [
      // daemon's user, peer's user, whether it may
      (1000, 1000, true), (1000, 0, true), (1000, 1001, false), (1000, 65_534, false),
      (0, 0, true), (0, 1000, false), (0, 65_534, false), (1000, .max, false),
      (65_534, 65_534, true),
    ] as [(UInt32, UInt32, Bool)])
  func `its own user and root may connect, nobody else`(
    _ daemon: UInt32, _ peer: UInt32, _ may: Bool
  ) {
    for pid: Int32 in [0, 1, getpid(), .max] {
      for gid: UInt32 in [0, daemon, peer, 4242] {
        let credentials = PeerCredentials(pid: pid, uid: peer, gid: gid)
        #expect(credentials.mayConnect(toDaemonOf: daemon) == may)
      }
    }
  }

  @Test func `credentials lie in memory as the kernel gives them`() {
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
      pair[0], SOL_SOCKET, Int32(PeerCredentials.socketOption.rawValue), &credentials, &size)
    #expect(result == 0 && size == 12)
    #expect(credentials == PeerCredentials(pid: getpid(), uid: geteuid(), gid: getegid()))
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
