import Foundation
import MusterCore
import MusterTestSupport
import Testing

@testable import MusterServer

/// Sockets in directories that everybody may write to, as the shared volumes of containers are.
struct SocketDirectoryTests {
  private func refusal(_ path: String, mode: UInt32 = 0o600) -> StoreError? {
    do throws(StoreError) {
      let socket = try ListenSocket(
        path: path, permissions: SocketPermissions(mode: mode, group: nil))
      close(socket.descriptor)
      socket.remove()
      return nil
    } catch {
      return error
    }
  }

  private func mode(_ path: String) -> mode_t? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  private func withShared(
    _ mode: mode_t = 0o777, _ body: (String) throws -> Void
  ) async throws {
    try await withTemporaryDirectory { directory in
      let shared = directory + "/shared"
      unsafe mkdir(shared, 0o700)
      unsafe chmod(shared, mode)
      try body(shared)
    }
  }

  @Test(arguments: [0o600, 0o660, 0o666] as [UInt32])
  func `directly in one a socket is refused, with the path that is right`(
    _ mode: UInt32
  ) async throws {
    try await withShared { shared in
      let error = refusal(shared + "/muster.sock", mode: mode)
      #expect(error?.code == .failedPrecondition)
      let named = "\(shared)/muster/muster.sock"
      #expect(error?.message.hasSuffix(named) == true, "\(error?.message ?? "")")
      #expect((try? FileManager.default.contentsOfDirectory(atPath: shared)) == [])
      #expect(refusal(named, mode: mode) == nil)
    }
  }

  @Test(arguments: [(0o600, 0o700), (0o660, 0o710), (0o666, 0o711)] as [(UInt32, mode_t)])
  func `a directory is made in it, and opened to those who may use the socket`(
    _ socketMode: UInt32, _ directoryMode: mode_t
  ) async throws {
    try await withShared(0o2777) { shared in
      let own = shared + "/muster"
      // Again too: it was made by an earlier run.
      for _ in 0..<2 {
        let socket = try ListenSocket(
          path: own + "/s", permissions: SocketPermissions(mode: socketMode, group: nil))
        #expect(mode(own).map { $0 & 0o777 } == directoryMode)
        #expect(UnixSocket.canConnect(own + "/s"))
        close(socket.descriptor)
        socket.remove()
      }
    }
  }

  @Test(arguments: ["link", "file", "shared", "other"])
  func `what others have put there is refused and left as it is`(_ kind: String) async throws {
    try await withShared { shared in
      let own = shared + "/muster"
      switch kind {
      case "link":
        unsafe mkdir(shared + "/elsewhere", 0o700)
        unsafe symlink(shared + "/elsewhere", own)
      case "file": unsafe close(open(own, O_CREAT | O_WRONLY, 0o600))
      case "shared":
        unsafe mkdir(own, 0o700)
        unsafe chmod(own, 0o770)
      default:
        unsafe mkdir(own, 0o700)
        guard unsafe chown(own, 12_345, 12_345) == 0 else { return }
      }
      let before = mode(own)
      #expect(refusal(own + "/s")?.code == .failedPrecondition)
      #expect(mode(own) == before)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: own)) ?? []
      #expect(names == [])
    }
  }

  @Test func `a directory with the sticky bit holds a socket of the user's own`() async throws {
    try await withShared(0o1777) { shared in #expect(refusal(shared + "/s") == nil) }
  }
}
