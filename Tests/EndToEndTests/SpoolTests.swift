import Foundation
import MusterClient
import MusterTestSupport
import Testing

/// Spools of a daemon of its own: on a disk without room, and after a crash.
@Suite(.timeLimit(.minutes(2))) struct SpoolTests {
  private static let config =
    #"{"limits": {"rowsPerImport": 0, "bytesPerImport": 0, "cellBytes": 65536}}"#

  private static func begin(_ mode: ImportOptions.Mode) -> BeginImport {
    var begin = BeginImport()
    begin.columns = ["external_id", "name"].map { Array($0.utf8) }
    begin.options.mode = mode
    begin.options.isAllOrNothing = mode == .apply
    return begin
  }

  /// Sends rows of about 10 kB each.
  private static func send(
    _ begin: BeginImport, rows: Int, to client: MusterClient
  ) async throws -> ImportSummary {
    let name = [UInt8](repeating: UInt8(ascii: "n"), count: 10_000)
    return try await client.importMembers(begin) { sender in
      for row in 0..<rows {
        sender.append(cell: Array("p\(row)".utf8).span)
        sender.append(cell: name.span)
        if sender.endRow() { try await sender.flush() }
      }
    } event: { _ in
    }
  }

  private func spools(_ installation: Installation) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: installation.dataPath + "/spool")
  }

  @Test(arguments: [ImportOptions.Mode.preview, .apply])
  func `a spool that finds no room fails its import, and harms nothing`(
    _ mode: ImportOptions.Mode
  ) async throws {
    try await withTemporaryDirectory { path in
      let installation = Installation(directory: path)
      _ = try installation.write("config.json", Self.config)
      // No file of the daemon may have more than 4 MiB.
      let daemon = try RunningProcess(
        "/bin/bash",
        [
          "-c", "ulimit -f 4096; exec \"$@\"", "limited", Binaries.musterd, "--socket",
          installation.socketPath, "--data", installation.dataPath, "--config",
          path + "/config.json",
        ])
      defer { daemon.end() }
      #expect(await daemon.errors.line(containing: "serving") != nil)
      try await withMusterClient(socketPath: installation.socketPath) { client in
        let error = await #expect(throws: MusterClientError.self) {
          _ = try await Self.send(Self.begin(mode), rows: 900, to: client)
        }
        #expect(error?.code == .resourceExhausted)
        #expect(error?.message.hasPrefix("A spool file cannot be written: File too large") == true)
        let few = try await Self.send(Self.begin(mode), rows: 20, to: client)
        #expect(few.progress.counts.created == 20)
        #expect(few.isPreview == (mode == .preview))
      }
      #expect(try spools(installation).isEmpty)
      let members = try await installation.dumpMembers().split(separator: "\n").count
      #expect(members == (mode == .preview ? 0 : 20))
    }
  }

  @Test func `spools have no names, and what a crash has left of one goes at the next start`()
    async throws
  {
    try await Installation.with(config: Self.config) { installation, daemon in
      let begun = AsyncStream<Void>.makeStream()
      let sending = Task {
        try await withMusterClient(socketPath: installation.socketPath) { client in
          try await client.importMembers(Self.begin(.apply)) { sender in
            sender.append(cell: Array("p".utf8).span)
            sender.append(cell: Array("n".utf8).span)
            _ = sender.endRow()
            try await sender.flush()
            begun.continuation.finish()
            try await Task.sleep(for: .seconds(60))
          } event: { _ in
          }
        }
      }
      for await _ in begun.stream {}
      #expect(try spools(installation).isEmpty)
      daemon.send(SIGKILL)
      _ = await daemon.exitCode()
      sending.cancel()
      _ = await sending.result
      try Data("left".utf8).write(to: URL(filePath: installation.dataPath + "/spool/spool-Ab12Cd"))
      let again = try await installation.startDaemon()
      defer { again.end() }
      #expect(try spools(installation).isEmpty)
      #expect(try await installation.dumpMembers().isEmpty)
    }
  }
}
