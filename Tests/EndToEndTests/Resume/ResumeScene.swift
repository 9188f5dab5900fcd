import Foundation
import MusterTestSupport
import Testing

/// An import of a file that is interrupted in the middle, and what is expected of it afterwards.
struct ResumeScene: Sendable {
  static let noLimits = #"{"limits": {"rowsPerImport": 0, "bytesPerImport": 0}}"#
  /// Enough that a debug build is at it for some seconds.
  static let rowCount = 600_000
  /// The rows, from 0, that are rejected when every one of them is: at both ends of the file.
  static let faultyRows = Array(0..<40) + Array((rowCount - 40)..<rowCount)

  let installation: Installation
  let file: String
  var rejects: String { installation.directory + "/m.rejects.csv" }
  var notes: String { installation.directory + "/state/muster/imports" }

  /// Makes a file.
  ///
  /// - Parameter isFaulty: Which of its rows, from 0, are rejected.
  init(_ installation: Installation, isFaulty: (Int) -> Bool) throws {
    self.installation = installation
    var text = "external_id,name\n"
    for row in 0..<Self.rowCount {
      text += isFaulty(row) ? ",nobody \(row)\n" : "u\(row),n\(row)\n"
    }
    file = try installation.write("m.csv", text)
  }

  func start(
    _ options: [String] = [], environment: [String: String] = [:]
  ) throws -> RunningProcess {
    try installation.start(
      ["import", file, "--output", "ndjson"] + options, environment: environment)
  }

  /// Runs a command to its end.
  func run(_ options: String...) async throws -> CommandResult {
    try await installation.result(start(options))
  }

  /// Waits until a command says that more rows are durable than so many.
  func waitForRows(
    _ command: RunningProcess, moreThan least: Int = 0
  ) async throws -> [String: any Sendable] {
    var committed = 0
    for await line in command.output.lines {
      guard let event = CommandResult.object(line) else { continue }
      committed = max(committed, event.count("committed"))
      if event["type"] as? String == "progress", committed > least { return event }
    }
    throw TestFailure(
      "It ended with \(committed) rows: \(await command.errors.text())")
  }

  /// The rows of the rejects file, from 0, in its order.
  func rejectedRows() throws -> [Int] {
    let records = CSVRecords.parse(try String(contentsOfFile: rejects, encoding: .utf8))
    return records.dropFirst().compactMap { Int($0[0]) }.map { $0 - 2 }
  }

  /// The names of the files in which notes are kept.
  func noteNames() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: notes).sorted()
  }

  /// The members of the store, without their numbers.
  func export() async throws -> String {
    try await installation.run("export").output
  }

  /// How many members the store has; no cell here holds a line end.
  func memberCount() async throws -> Int {
    try await export().utf8.count { $0 == 0x0A } - 1
  }

  /// What an undisturbed import of this file leaves in an empty store.
  func undisturbedExport() async throws -> String { try await undisturbed().export }

  /// Expects the store and the rejects file of an undisturbed import, to the last byte, and no word
  /// of any row that is missing there.
  func expectUndisturbed(_ result: CommandResult) async throws {
    #expect(!result.errors.contains("not in the rejects file"), "\(result.errors)")
    let rows = try rejectedRows()
    #expect(Set(rows).count == rows.count, "a row was written twice")
    let calm = try await undisturbed()
    let isSame = try String(contentsOfFile: rejects, encoding: .utf8) == calm.rejects
    #expect(isSame, "\(rows.count) rows in the rejects file")
    #expect(try await export() == calm.export)
  }

  private func undisturbed() async throws -> (export: String, rejects: String) {
    try await withTemporaryDirectory { path in
      let other = Installation(directory: path)
      _ = try other.write("config.json", Self.noLimits)
      let daemon = try await other.startDaemon()
      defer { daemon.end() }
      _ = try await other.run("import", file, "--rejects", path + "/rejects.csv")
      let rejects = try? String(contentsOfFile: path + "/rejects.csv", encoding: .utf8)
      return (try await other.run("export").output, rejects ?? "")
    }
  }
}
