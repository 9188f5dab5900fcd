import Foundation
import MusterTestSupport
import Testing

/// Every faulty row is told, written out, and imports once it is repaired.
@Suite(.timeLimit(.minutes(3))) struct RejectsTests {
  @Test func `each fault of the fixture is told with its row, line, column and text`() async throws
  {
    try await Installation.with { installation, _ in
      try await installation.makeSurveyCatalogue()
      let file = try installation.fixture("members-faulty-300.csv")
      let result = try await installation.run("import", file, "--output", "ndjson")
      #expect(result.exitCode == 2, "\(result.errors)")
      let told = result.objects.filter { $0["type"] as? String == "fault" }.map { fault in
        ExpectedFaults.Entry(
          fault.count("row"), fault.count("line"), fault["column"] as? String,
          fault["code"] as? String ?? "", fault["message"] as? String ?? "")
      }
      #expect(told == ExpectedFaults.all)
      let summary = try result.object("summary")
      let rejected = ExpectedFaults.all.count
      #expect(summary.count("rejected") == rejected && summary.count("received") == 300)
      #expect(
        summary.count("created") + summary.count("updated") + summary.count("unchanged") == 300
          - rejected)
    }
  }

  @Test func `a pipe's faults and rejects are those of the file`() async throws {
    try await Installation.with { installation, _ in
      try await installation.makeSurveyCatalogue()
      let rejects = installation.directory + "/piped.csv"
      let result = try await installation.run(
        "import", "-", "--rejects", rejects,
        text: String(
          contentsOfFile: Binaries.fixture("members-faulty-300.csv"), encoding: .utf8))
      #expect(result.exitCode == 2, "\(result.errors)")
      let lines = result.objects.filter { $0["type"] as? String == "fault" }.map {
        $0.count("line")
      }
      #expect(lines == ExpectedFaults.all.map(\.line))
      let piped = try String(contentsOfFile: rejects, encoding: .utf8)
      let file = try installation.fixture("members-faulty-300.csv")
      try await installation.run("import", file)
      let named = try String(
        contentsOfFile: installation.directory + "/members-faulty-300.rejects.csv", encoding: .utf8)
      #expect(CSVRecords.parse(piped) == CSVRecords.parse(named))
    }
  }

  @Test func `the rejects file holds each rejected row as it was, for its owner alone`()
    async throws
  {
    try await Installation.with { installation, _ in
      try await installation.makeSurveyCatalogue()
      let file = try installation.fixture("members-faulty-300.csv")
      try await installation.run("import", file)
      let path = installation.directory + "/members-faulty-300.rejects.csv"
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect((mode as? NSNumber)?.intValue == 0o600)
      let sent = CSVRecords.parse(try String(contentsOfFile: file, encoding: .utf8))
      let rejected = CSVRecords.parse(try String(contentsOfFile: path, encoding: .utf8))
      #expect(rejected[0] == ["_line", "_error"] + sent[0])
      #expect(rejected.count == ExpectedFaults.all.count + 1)
      for (row, fault) in zip(rejected.dropFirst(), ExpectedFaults.all) {
        #expect(row[0] == String(fault.line))
        #expect(row[1].contains(fault.message))
        if let column = fault.column { #expect(row[1].hasPrefix("\(column): ")) }
        #expect(Array(row.dropFirst(2)) == sent[fault.row])
      }
    }
  }

  @Test func `rejected rows that are repaired in their file are all stored`() async throws {
    try await Installation.with { installation, _ in
      try await installation.makeSurveyCatalogue()
      let file = try installation.fixture("members-faulty-300.csv")
      try await installation.run("import", file)
      let path = installation.directory + "/members-faulty-300.rejects.csv"
      var rows = CSVRecords.parse(try String(contentsOfFile: path, encoding: .utf8))
      let columns = rows[0]
      for (place, fault) in ExpectedFaults.all.enumerated() {
        if let column = fault.column.flatMap({ columns.firstIndex(of: $0) }) {
          rows[place + 1][column] = ""
        }
        if rows[place + 1][2...4].allSatisfy(\.isEmpty) {
          rows[place + 1][4] = "repaired-\(fault.line)"
        }
      }
      let repaired = try installation.write("repaired.csv", CSVRecords.text(rows))
      let result = try await installation.run("import", repaired)
      #expect(result.exitCode == 0, "\(result.errors)\(result.output)")
      let summary = try result.object("summary")
      #expect(summary.count("rejected") == 0)
      #expect(summary.count("created") == ExpectedFaults.all.count)
      #expect(CSVRecords.parse(try await installation.run("export").output).count == 301)
    }
  }

  @Test func `a rejects file that is imported as it is replaces itself, its own columns once`()
    async throws
  {
    try await Installation.with { installation, _ in
      let file = try installation.write("m.csv", "email,name\nbad,A\ngood@x.org,B\nworse,C\n")
      try await installation.run("import", file)
      let first = installation.directory + "/m.rejects.csv"
      let result = try await installation.run("import", first)
      #expect(result.exitCode == 2)
      let second = CSVRecords.parse(
        try String(
          contentsOfFile: installation.directory + "/m.rejects.rejects.csv", encoding: .utf8))
      #expect(second[0] == ["_line", "_error", "email", "name"])
      #expect(
        second.dropFirst().map { [$0[0], $0[2], $0[3]] } == [
          ["2", "bad", "A"], ["3", "worse", "C"],
        ])
    }
  }

  @Test func `lines are those that an editor shows`() async throws {
    try await Installation.with { installation, _ in
      let file = try installation.write(
        "m.csv",
        "\u{FEFF}email,name\r\n\r\n\"bad\",\"two\nlines\"\rworse,x\n\na@x.org,y\nbad2,\"\n\"\n")
      let result = try await installation.run("import", file)
      let faults = result.objects.filter { $0["type"] as? String == "fault" }
      #expect(faults.map { $0.count("line") } == [3, 5, 8])
      #expect(faults.map { $0.count("row") } == [1, 2, 4])
    }
  }
}
