import FoundationEssentials
import MusterClient
import MusterTestDaemon
import MusterTestSupport
import Testing

/// The code of the documents is the code of Examples, and it does what they say.
@Suite(.timeLimit(.minutes(1))) struct GuideTests {
  private static let people = [
    Person(
      mail: "ann@example.org", name: "Ann", birthday: CalendarDay(year: 1990, month: 2, day: 3)),
    Person(mail: "nobody", name: "Bo"),
  ]

  private static func file(_ path: String) throws -> String {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return String(decoding: try Data(contentsOf: URL(filePath: "\(root)/\(path)")), as: UTF8.self)
  }

  /// The lines that say something, without the spaces around them.
  private static func code(_ text: String) -> [String] {
    let lines: [Substring] = text.split(separator: "\n")
    return lines.map { line in String(line.drop { $0 == " " }) }.filter { !$0.isEmpty }
  }

  /// The blocks of a document that are Swift.
  private static func blocks(_ document: String) -> [[String]] {
    document.components(separatedBy: "```swift\n").dropFirst().map { rest in
      code(rest.components(separatedBy: "\n```")[0])
    }
  }

  @Test(arguments: [
    ("Sources/MusterClient/Documentation.docc/ImportYourFirstMembers.md", 7),
    ("Sources/MusterServer/Documentation.docc/Guides/FromSwift.md", 1),
  ])
  func `the code of a document is code that is compiled and run`(
    _ path: String, _ count: Int
  ) throws {
    let examples = Self.code(try Self.file("Tests/MusterClientTests/Examples/ImportExamples.swift"))
    let blocks = Self.blocks(try Self.file(path))
    #expect(blocks.count == count)
    for block in blocks {
      let isThere = examples.indices.contains { examples[$0...].starts(with: block) }
      #expect(isThere, "\(path) has code that is no example:\n\(block.joined(separator: "\n"))")
    }
  }

  @Test func `the examples do what the documents say`() async throws {
    try await TestDaemon.with { daemon in
      let people = Self.people
      let missing = try await importStaff(people, socketPath: daemon.socketPath)
      #expect(missing.counts.rejected == 2)
      #expect(missing.faults.contains { $0.code == .unknownLabel })
      try await daemon.client { muster in
        try await ImportTests.prepare(muster)
        let result = try await importStaff(people, socketPath: daemon.socketPath)
        #expect(result.counts.created == 1 && result.faults.map(\.code) == [.invalidEmail])
        try await printFaults(people, muster)
        let preview = try await printChanges(people, muster)
        #expect(preview.counts.unchanged == 1 && preview.counts.rejected == 1)
        let batch = "0f0e0d0c-0b0a-4908-8706-050403020100"
        try await synchronize(people, batch: batch, muster)
        try await synchronize(people, batch: batch, muster)
        let record = try await muster.getImport(GetImportRequest(workspace: "", importID: batch))
        #expect(record.progress.counts.updated == 1 && record.progress.counts.rejected == 1)
        let lines = try await importLines(["u1;Una;B+", "u2;;", "u3"], muster)
        #expect(lines.counts.created == 2 && lines.counts.rejected == 1)
        let (members, source) = AsyncStream<Member>.makeStream()
        source.yield(Member(externalID: "u4", name: "Uma"))
        source.finish()
        #expect(try await importAsTheyCome(members, muster).counts.created == 1)
        #expect(try await namesOfMembers(muster) == ["Ann", "Una", "Uma"])
      }
    }
  }
}
