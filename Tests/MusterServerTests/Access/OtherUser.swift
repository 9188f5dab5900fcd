import Foundation
import MusterTestSupport
import Synchronization

/// A process of another user that passes the bytes of others' connections on to a daemon, so that
/// any client can be another user: the kernel names whoever connects.
///
/// The first connection that it makes is bound to an address that another peer's could be.
struct OtherUser: Sendable {
  /// Where clients connect to be that user.
  let socketPath: String

  /// Only root can be others.
  static var canRun: Bool { geteuid() == 0 && FileManager.default.fileExists(atPath: python) }
  static let reason = "needs root and python3"
  private static let python = "/usr/bin/python3"

  /// Runs a closure with a process of the user, in these groups, its own one first.
  static func with<Result>(
    _ user: UInt32, groups: [UInt32], to daemonPath: String,
    _ body: (OtherUser) async throws -> Result
  ) async throws -> Result {
    try await withTemporaryDirectory { directory in
      let path = directory + "/s"
      let process = Process()
      let (input, output) = (Pipe(), Pipe())
      process.executableURL = URL(filePath: python)
      process.arguments =
        ["-c", relay, path, daemonPath, String(user)] + groups.map { String($0) }
      process.standardInput = input
      process.standardOutput = output
      try process.run()
      defer {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
      }
      // It says so once it listens, or ends.
      guard output.fileHandleForReading.availableData.count > 0 else {
        throw TestFailure("No process of user \(user) can be had.")
      }
      return try await body(OtherUser(socketPath: path))
    }
  }

  private static let relay = """
    import os, socket, sys, threading
    path, daemon, user, *groups = sys.argv[1:]
    groups = [int(group) for group in groups]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(100)
    # The first connection's own end has the address that the daemon gives to its first peer.
    os.chdir(os.path.dirname(path))
    servers = [socket.socket(socket.AF_UNIX) for _ in range(1)]
    servers[0].bind("peer-1")
    os.chdir(os.path.dirname(daemon))
    os.setgroups(groups[1:])
    os.setresgid(*groups[:1] * 3)
    os.setresuid(*[int(user)] * 3)

    def end_with_input():
      sys.stdin.read()
      os._exit(0)

    def pump(source, target):
      try:
        while block := source.recv(65536):
          target.sendall(block)
      except OSError:
        pass
      for end in (source, target):
        try:
          end.shutdown(socket.SHUT_RDWR)
        except OSError:
          pass

    threading.Thread(target=end_with_input, daemon=True).start()
    print("listening", flush=True)
    while True:
      client, _ = listener.accept()
      server = servers.pop(0) if servers else socket.socket(socket.AF_UNIX)
      try:
        server.connect(os.path.basename(daemon))
      except OSError:
        client.close()
        continue
      for ends in ((client, server), (server, client)):
        threading.Thread(target=pump, args=ends, daemon=True).start()
    """
}
