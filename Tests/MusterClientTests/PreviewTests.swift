import MusterClient
import MusterTestDaemon
import MusterTestSupport
import Testing

/// Previews through the library.
@Suite(.timeLimit(.minutes(1))) struct PreviewTests {
  private static let columns: [MemberColumn] = [.externalID, .name, .description]

  private static func people(_ count: Int, name: String) -> [Member] {
    (0..<count).map { Member(externalID: "u\($0)", name: name) }
  }

  private func preview(
    _ members: [Member], _ muster: MusterClient, options: ImportOptions = ImportOptions()
  ) async throws -> ImportPreview {
    try await muster.previewMembers(columns: Self.columns, options: options) { rows in
      for member in members { try await rows.write(member) }
    }
  }

  @Test func `a preview foretells an import and changes nothing`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        _ = try await muster.importMembers(from: Self.people(2, name: "A"))
        let members = Self.people(3, name: "B") + [Member(name: "nobody")]
        let preview = try await preview(members, muster)
        #expect(preview.state == .finished && preview.workspace == "default")
        #expect(preview.counts.updated == 2 && preview.counts.created == 1)
        #expect(preview.faults.map(\.row) == [4] && preview.counts.faults == 1)
        #expect(preview.changes.map(\.row) == [1, 2, 3])
        let name = FieldChange(column: "name", old: Array("A".utf8), new: Array("B".utf8))
        #expect(preview.changes[0].member == 1 && preview.changes[0].fields == [name])
        let result = try await muster.importMembers(columns: Self.columns) { rows in
          for member in members { try await rows.write(member) }
        }
        #expect(result.counts == preview.counts && result.faults == preview.faults)
      }
    }
  }

  @Test func `all or nothing is told by the state of the result`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        var options = ImportOptions()
        options.isAllOrNothing = true
        let members = Self.people(2, name: "A") + [Member(name: "nobody")]
        let preview = try await preview(members, muster, options: options)
        #expect(preview.state == .refused && preview.changes.isEmpty)
        let refused = try await muster.importMembers(
          from: members, columns: Self.columns, options: options)
        #expect(refused.state == .refused && refused.counts.rejected == 3)
        #expect(refused.counts == preview.counts && refused.faults == preview.faults)
        let applied = try await muster.importMembers(
          from: members.dropLast(), columns: Self.columns, options: options)
        #expect(applied.state == .finished && applied.counts.created == 2)
      }
      #expect(try await daemon.exportedRows().count == 2)
    }
  }

  @Test func `as many changes are kept as were asked for, each row whole`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        var options = ImportOptions()
        options.changesMax = 2
        let few = try await preview(Self.people(50, name: "A"), muster, options: options)
        #expect(few.changes.map(\.row) == [1, 2] && few.counts.created == 50)
        let large = String(repeating: "x", count: 60_000)
        let members = (0..<3).map {
          Member(externalID: "u\($0)", name: large, description: large)
        }
        let whole = try await preview(members, muster)
        #expect(whole.changes.map(\.row) == [1, 2, 3])
        #expect(
          whole.changes.allSatisfy {
            $0.fields.map(\.column) == ["external_id", "name", "description"]
          })
        let many = try await preview(Self.people(1_500, name: "A"), muster)
        #expect(many.changes.count == 1_000 && many.counts.created == 1_500)
      }
    }
  }
}
