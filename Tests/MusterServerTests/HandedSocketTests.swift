import Glibc
import Logging
import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import Testing

@testable import MusterServer
@testable import MusterStore

/// A socket that a service manager made is used as it is, and stays when the daemon ends.
@Suite(.timeLimit(.minutes(1))) struct HandedSocketTests {
  private func inode(_ path: String) -> ino_t? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status.st_ino : nil
  }

  @Test func `a daemon serves on it, and leaves it where it is`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/handed"
      let manager = try UnixSocket(listeningOn: path)
      defer { manager.close() }
      let before = inode(path)
      for _ in 0..<2 {
        let stores = TestStores(directory: try DataDirectory(path: directory + "/data"))
        let health = try await MusterServer.withServer(
          socketPath: directory + "/unused", handedSocket: dup(manager.descriptor), stores: stores,
          limits: Limits(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { server in
          #expect(server.socketPath == path)
          return try await withMusterClient(socketPath: server.socketPath) { try await $0.health() }
        }
        #expect(health == .serving)
        // Whoever comes between two daemons waits in the socket's queue.
        #expect(UnixSocket.canConnect(path))
      }
      #expect(inode(path) == before && before != nil)
      #expect(inode(directory + "/unused") == nil)
      #expect(inode(path + ".lock") == nil)
    }
  }

  enum Wrong: CaseIterable {
    case file, nothing, datagrams, notListening, connected, network, withoutPath
  }

  /// A descriptor that no daemon can listen on.
  private func descriptor(_ wrong: Wrong, _ directory: String) throws -> Int32 {
    switch wrong {
    case .file: return unsafe open(directory + "/f", O_RDWR | O_CREAT, 0o600)
    case .nothing: return 1_000_000
    case .datagrams: return try UnixSocket(boundTo: directory + "/d", SOCK_DGRAM).descriptor
    case .notListening: return try UnixSocket(boundTo: directory + "/b", SOCK_STREAM).descriptor
    case .connected:
      var pair: [Int32] = [-1, -1]
      unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair)
      close(pair[1])
      return pair[0]
    case .network:
      let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      listen(made, 1)
      return made
    case .withoutPath:
      let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      // Linux gives it an abstract name.
      var address = sockaddr(sa_family: sa_family_t(AF_UNIX), sa_data: sockaddr().sa_data)
      unsafe bind(made, &address, socklen_t(MemoryLayout<sa_family_t>.size))
      listen(made, 1)
      return made
    }
  }

  @Test(arguments: Wrong.allCases)
  func `what is no listening Unix socket with a path is refused`(_ wrong: Wrong) async throws {
    try await withTemporaryDirectory { directory in
      let descriptor = try descriptor(wrong, directory)
      defer { close(descriptor) }
      do throws(StoreError) {
        _ = try ListenSocket(handedOver: descriptor)
        Issue.record("it was taken")
      } catch {
        #expect(error.code == .failedPrecondition)
        #expect(error.message.contains("descriptor \(descriptor)"))
        #expect(error.message.contains("ListenStream="))
      }
    }
  }
}
