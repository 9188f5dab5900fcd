import Foundation
import MusterTestSupport
import Testing

/// Each option of an import does what it says, and the import without it does not.
@Suite(.timeLimit(.minutes(3))) struct OptionTableTests {
  @Test func `each option changes what becomes of a file, as the table says`() async throws {
    try await Installation.with { installation, _ in
      for (place, given) in OptionCase.all.enumerated() {
        for isWith in [false, true] {
          let workspace = "w\(place)-\(isWith ? "with" : "without")"
          // One case that ends early hides no other.
          await #expect(throws: Never.self, "\(given.options) \(isWith)") {
            try await Self.expect(given, isWith, workspace, installation)
          }
        }
      }
    }
  }

  private static func expect(
    _ given: OptionCase, _ isWith: Bool, _ workspace: String, _ installation: Installation
  ) async throws {
    func run(_ arguments: String...) async throws -> CommandResult {
      await installation.result(
        try installation.start(["--workspace", workspace] + arguments + options))
    }
    var options: [String] = []
    _ = try await run("workspace", "create", workspace)
    _ = try await run("role", "create", "nurse")
    _ = try await run("label", "create", "vip", "premium")
    if let before = given.before {
      let made = try await run("import", installation.write("before.csv", before))
      #expect(made.exitCode == 0, "\(made.errors)")
    }
    let file = try installation.write("m.csv", given.text)
    options = isWith ? given.options : []
    let result = try await run("import", file)
    options = []
    let exported = CSVRecords.parse(try await run("export", "--with", "id,role").output)
    let column = try #require(exported[0].firstIndex(of: given.column))
    let identifier = try #require(exported[0].firstIndex(of: "external_id"))
    let value = exported.first { $0[identifier] == "o" }?[column]
    let says = "\(given.options) \(isWith): \(result.errors) \(result.output)"
    #expect(value == (isWith ? given.valueWith : given.valueWithout), "\(says)")
    guard let outcomes = isWith ? given.with : given.without else {
      #expect(result.exitCode == 1, "\(says)")
      return
    }
    let summary = try result.object("summary")
    #expect(summary.outcomes == outcomes, "\(says)")
    #expect(summary.count("received") == outcomes.reduce(0, +), "\(says)")
    #expect(result.exitCode == (outcomes[3] > 0 ? 2 : 0), "\(says)")
  }

  @Test func `the import has the id that it is given, with and without --resume`() async throws {
    try await Installation.with { installation, _ in
      let file = try installation.write("m.csv", "external_id\no\n")
      let ids = ["0f0e0d0c-0b0a-4908-8706-050403020101", "0F0E0D0C-0B0A-4908-8706-050403020102"]
      for (id, options) in zip(ids, [[], ["--resume"]]) {
        let result = try await installation.result(
          installation.start(["import", file, "--import-id", id] + options))
        #expect(try result.object("summary")["import_id"] as? String == id.lowercased())
        #expect(try await installation.run("imports", "show", id).exitCode == 0)
      }
    }
  }

  @Test func `rejected rows go where --rejects says, and beside the file without it`() async throws
  {
    try await Installation.with { installation, _ in
      let file = try installation.write("m.csv", "email\nbad\n")
      let named = installation.directory + "/elsewhere.csv"
      let beside = installation.directory + "/m.rejects.csv"
      try await installation.run("import", file, "--rejects", named)
      #expect(FileManager.default.fileExists(atPath: named))
      #expect(!FileManager.default.fileExists(atPath: beside))
      try await installation.run("import", file)
      #expect(
        try String(contentsOfFile: named, encoding: .utf8)
          == String(contentsOfFile: beside, encoding: .utf8))
    }
  }

  @Test func `--output chooses objects or sentences`() async throws {
    try await Installation.with { installation, _ in
      let file = try installation.write("m.csv", "email\na@x.org\n")
      let objects = try await installation.run("import", file, "--output", "ndjson")
      #expect(objects.output.hasPrefix("{") && objects.objects.count >= 2)
      let sentences = try await installation.run("import", file, "--output", "text", "--yes")
      #expect(sentences.output.hasPrefix("Imported 1 row of "), "\(sentences.output)")
    }
  }

  @Test func `the workspace and the socket are the option's, else the environment's`() async throws
  {
    try await Installation.with { installation, _ in
      try await installation.run("workspace", "create", "north")
      let file = try installation.write("m.csv", "email\na@x.org\n")
      let environment = ["MUSTER_WORKSPACE": "north"]
      for (arguments, created) in [
        (["import", file], 1), (["--workspace", "default", "import", file], 1),
        (["import", file, "--workspace", "north"], 0),
      ] {
        let result = await installation.result(
          try installation.start(arguments, environment: environment))
        #expect(try result.object("summary").count("created") == created, "\(arguments)")
      }
      let nowhere = ["MUSTER_SOCKET": installation.directory + "/nowhere"]
      #expect(try await installation.run("health", environment: nowhere).exitCode == 1)
      let named = try await installation.run(
        "--socket", installation.socketPath, "health", environment: nowhere)
      #expect(named.exitCode == 0, "\(named.errors)")
    }
  }
}
