import Foundation
import MusterClient
import MusterTestSupport
import Testing

/// Every fault, from the row of a file to the words that its sender reads.
@Suite(.timeLimit(.minutes(3))) struct FaultTableTests {
  @Test func `the table has every code that a row can have`() {
    let refusesColumns = FaultCode.unknownFormField
    #expect(Set(FaultCase.all.map(\.code)) == Set(FaultCode.allCases).subtracting([refusesColumns]))
  }

  @Test func `each fault says what was found and what is wanted, and keeps its row out`()
    async throws
  {
    try await Installation.with { installation, _ in
      try await Self.makeCatalogue(installation)
      for (place, given) in FaultCase.all.enumerated() {
        let good = given.code == .repeatedRow ? "good" : "good-\(place)"
        // One case that ends early hides no other.
        await #expect(throws: Never.self, "\(given)") {
          try await Self.expect(given, good: good, member: place + 3, installation)
        }
      }
      let members = CSVRecords.parse(try await installation.run("export").output)
      #expect(members.count == FaultCase.all.count + 3)
      #expect(!members.joined().contains { $0.lowercased().hasPrefix("never") })
      #expect(members[1][0] == "one@x.org")
    }
  }

  /// Imports the file of a case: its good row becomes a member, the other leaves no trace.
  private static func expect(
    _ given: FaultCase, good: String, member: Int, _ installation: Installation
  ) async throws {
    let file = given.file(good: good)
    let path = installation.directory + "/case.csv"
    try Data(file).write(to: URL(filePath: path))
    let result = try await installation.result(
      installation.start(["import", path, "--output", "ndjson"] + given.options))
    #expect(result.exitCode == 2, "\(given): \(result.errors)")

    let faults = result.objects.filter { $0["type"] as? String == "fault" }
    let fault = try #require(faults.first, "\(given): \(result.output)")
    #expect(faults.count == 1, "\(given): \(result.output)")
    let hint = given.hint.replacing("GOOD", with: "\(member)")
    #expect(fault.count("row") == 2 && fault.count("line") == 4, "\(given)")
    #expect(fault["code"] as? String == given.code.rawValue, "\(given)")
    #expect(fault["message"] as? String == given.code.text, "\(given)")
    #expect(fault["column"] as? String == given.column, "\(given)")
    #expect(fault["hint"] as? String == hint)

    let summary = try result.object("summary")
    #expect(summary.outcomes == [1, 0, 0, 1], "\(given)")
    #expect(summary.count("received") == summary.outcomes.reduce(0, +), "\(given)")

    let rejects = try Data(contentsOf: URL(filePath: installation.directory + "/case.rejects.csv"))
    let records = CSVRecords.parse(String(decoding: rejects, as: UTF8.self))
    let sent = CSVRecords.parse(String(decoding: file, as: UTF8.self))
    let text = "\(given.column.map { $0 + ": " } ?? "")\(given.code.text) (\(hint))"
    #expect(records.count == 2, "\(given)")
    #expect(records[0] == ["_line", "_error"] + sent[0], "\(given)")
    #expect(Array(records[1].prefix(2)) == ["4", text])
    #expect(Array(records[1].dropFirst(2)) == sent[2], "\(given)")
  }

  private static func makeCatalogue(_ installation: Installation) async throws {
    try await installation.run("label", "create", "vip", "premium")
    try await installation.run(
      "form", "create", "patient", "--field", "id!:text", "blood:choice=A+|B+|O+", "weight:number")
    let made = try await installation.run(
      "import", "-", text: "email,phone,external_id\none@x.org,,m1\n,+15550000002,\n")
    #expect(try made.object("summary").outcomes == [2, 0, 0, 0])
  }

  @Test func `an unknown form field refuses the file, for no row could be right`() async throws {
    try await Installation.with { installation, _ in
      try await Self.makeCatalogue(installation)
      let before = try await installation.dumpMembers()
      let file = try installation.write("m.csv", "email,form.patient.wieght\na@x.org,61\n")
      for format in ["text", "ndjson"] {
        let result = try await installation.run("import", file, "--output", format)
        #expect(result.exitCode == 1 && result.output.isEmpty)
        #expect(
          result.errors == "muster: \(FaultCode.unknownFormField.text) \"form.patient.wieght\" "
            + "(column 2); did you mean \"form.patient.weight\"?\n"
            + "Nothing was imported. The first line must name the columns: correct it, make what "
            + "is missing, or leave such columns out with --ignore-unknown-columns.\n")
      }
      #expect(try await installation.dumpMembers() == before)
    }
  }
}
