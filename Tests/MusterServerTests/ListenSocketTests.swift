import Glibc
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import Testing

@testable import MusterServer

/// The socket is ours alone: a living one is left in peace, a dead one is replaced.
@Suite struct ListenSocketTests {
  private func withSocket(_ path: String, _ body: () throws -> Void = {}) throws {
    let socket = try ListenSocket(path: path)
    defer {
      close(socket.descriptor)
      socket.remove()
    }
    try body()
  }

  private func refusal(_ path: String) -> StoreError? {
    do throws(StoreError) {
      let socket = try ListenSocket(path: path)
      close(socket.descriptor)
      return nil
    } catch {
      return error
    }
  }

  private func mode(_ path: String) -> mode_t? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status.st_mode : nil
  }

  @Test func `it is a socket that its owner alone may use`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/s"
      try withSocket(path) {
        #expect(mode(path) == S_IFSOCK | 0o600)
        #expect(mode(path + ".lock") == S_IFREG | 0o600)
        #expect(UnixSocket.canConnect(path))
      }
      #expect(mode(path) == nil, "it is left behind")
    }
  }

  @Test func `the socket of another daemon is refused and unharmed`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/s"
      try withSocket(path) {
        let error = refusal(path)
        #expect(error?.code == .failedPrecondition)
        #expect(error?.message.contains("Another musterd listens on \(path)") == true)
        #expect(UnixSocket.canConnect(path))
      }
    }
  }

  @Test func `the living socket of any other process is refused and unharmed`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/s"
      let other = try UnixSocket(listeningOn: path)
      let error = refusal(path)
      #expect(error?.code == .failedPrecondition)
      #expect(error?.message.contains(path) == true)
      #expect(UnixSocket.canConnect(path))
      other.close()
    }
  }

  @Test func `a directory that is not there is named, with what to do`() async throws {
    try await withTemporaryDirectory { directory in
      let error = refusal(directory + "/none/s")
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("\(directory)/none/s is not there; make it") == true)
    }
  }

  @Test func `a dead socket is replaced`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/s"
      try UnixSocket(listeningOn: path).close()
      #expect(mode(path) != nil && !UnixSocket.canConnect(path))
      try withSocket(path) { #expect(UnixSocket.canConnect(path)) }
    }
  }

  @Test func `a lock file that was left behind is no obstacle`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/s"
      for _ in 0..<3 { try withSocket(path) }
      #expect(mode(path + ".lock") != nil)
    }
  }

  @Test(arguments: ["file", "directory", "link", "dangling link"])
  func `what is no socket is left where it is`(_ kind: String) async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/s"
      switch kind {
      case "file": unsafe close(open(path, O_CREAT | O_WRONLY, 0o644))
      case "directory": unsafe mkdir(path, 0o755)
      case "link":
        try UnixSocket(listeningOn: directory + "/other").close()
        unsafe symlink(directory + "/other", path)
      default: unsafe symlink(directory + "/nothing", path)
      }
      let before = mode(path)
      let error = refusal(path)
      #expect(error?.code == .failedPrecondition)
      #expect(error?.message.contains(path) == true)
      #expect(mode(path) == before && before != nil)
    }
  }

  @Test func `a path of 107 bytes is taken and of 108 is refused`() async throws {
    try await withTemporaryDirectory { directory in
      let most = directory + "/" + String(repeating: "s", count: 107 - directory.utf8.count - 1)
      #expect(most.utf8.count == 107)
      try withSocket(most) { #expect(mode(most) != nil) }
      let error = refusal(most + "s")
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("107") == true)
    }
  }

  @Test func `a directory that does not exist is named`() {
    let error = refusal("/tmp/muster-no-such-directory/s")
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("/tmp/muster-no-such-directory/s") == true)
  }

  @Test func `a socket that somebody put in its place is not removed`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/s"
      let socket = try ListenSocket(path: path)
      // The old file stays under another name, so that its inode is not given out again.
      unsafe rename(path, path + ".old")
      let other = try UnixSocket(listeningOn: path)
      socket.remove()
      #expect(UnixSocket.canConnect(path))
      other.close()
      close(socket.descriptor)
    }
  }
}

/// A listening socket of somebody else.
struct UnixSocket {
  let descriptor: Int32

  init(listeningOn path: String) throws {
    try self.init(boundTo: path, SOCK_STREAM)
    guard listen(descriptor, 8) == 0 else { throw TestFailure("Nobody can listen on \(path).") }
  }

  /// One that does not listen.
  init(boundTo path: String, _ type: __socket_type) throws {
    descriptor = socket(AF_UNIX, Int32(type.rawValue), 0)
    guard unsafe Self.withAddress(path, { unsafe bind(descriptor, $0, $1) }) == 0 else {
      throw TestFailure("A socket at \(path) cannot be had.")
    }
  }

  func close() { Glibc.close(descriptor) }

  /// Whether somebody listens.
  static func canConnect(_ path: String) -> Bool {
    let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { Glibc.close(probe) }
    return unsafe withAddress(path) { unsafe connect(probe, $0, $1) } == 0
  }

  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
