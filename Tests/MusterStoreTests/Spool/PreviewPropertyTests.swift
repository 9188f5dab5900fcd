import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// What a preview foretells is exactly what the import then does; and it changes nothing.
struct PreviewPropertyTests {
  @Test(
    "random imports do what their previews foretold, and the previews change nothing",
    arguments: 0..<6)
  func foretellsImports(round: Int) async throws {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed &+ UInt64(round))
    let comment: Comment = "MUSTER_TEST_SEED=\(seed), round \(round)"
    let directory = try TemporaryDirectory()
    let deferral = round.isMultiple(of: 2) ? DeferralRule() : .always
    var store = try await WorkspaceStore.open(directory.file(), deferral: deferral)
    try await makeCatalogue(in: store)
    var model = MemberModel(catalogue: ImportScript.catalogue)
    for number in 1...6 {
      var script = ImportScript.random(
        number: number, rowCount: .random(in: 0...40, using: &random), using: &random)
      script.options.isAllOrNothing = random.isOnce(in: 3)
      let foretold = try await preview(script, on: store, using: &random, comment)
      if script.options.isAllOrNothing {
        try await compareAtOnce(script, foretold, on: store, &model, comment)
      } else {
        try await compareRowByRow(script, foretold, on: store, &model, comment)
      }
      try expectSameMembers(directory.file(), model, comment)
      if random.isOnce(in: 3) {
        store = try await WorkspaceStore.open(directory.file(), deferral: deferral)
      }
    }
  }

  /// Previews an import, and expects to find the workspace as it was.
  private func preview(
    _ script: ImportScript, on store: WorkspaceStore, using random: inout SeededGenerator,
    _ comment: Comment
  ) async throws -> Foretold {
    var definition = try script.definition(id: "p", catalogue: ImportScript.catalogue)
    definition.options.mode = .preview
    let before = try await store.everything()
    let foretold = try await store.runSpooled(
      definition, script.cells, chunkRowsMax: [1, 7, 100].randomElement(using: &random) ?? 1)
    #expect(try await store.everything() == before, comment)
    #expect(foretold.record.progress.committed == 0, comment)
    return foretold
  }

  /// Runs the import one row after the other, and looks what each has changed.
  private func compareRowByRow(
    _ script: ImportScript, _ foretold: Foretold, on store: WorkspaceStore,
    _ model: inout MemberModel, _ comment: Comment
  ) async throws {
    let log = EventLog()
    let definition = try script.definition(
      id: "import-\(script.number)", catalogue: ImportScript.catalogue)
    let start = try await store.begin(definition, observer: log.observer)
    let checker = definition.checker(seed: start.seed)
    var changes: [RowChange] = []
    var before = try MemberTexts(store)
    let known = Set(before.members.keys)
    for (row, cells) in script.cells.enumerated() {
      store.apply(
        checker.check(TestRows(firstRow: UInt64(row), [cells])), importID: definition.importID)
      try await store.run { writer throws(StoreError) in _ = writer.commit() }
      let after = try MemberTexts(store)
      changes += before.changes(to: after, row: UInt64(row + 1), known: known)
      before = after
    }
    let expected = model.apply(script)
    var state = ImportRecord.State.finished
    if script.options.faultsMax > 0 && expected.counts.faults >= script.options.faultsMax {
      state = .stopped
    } else {
      _ = try await store.end(
        importID: definition.importID, rowCount: UInt64(script.rows.count))
    }
    let done = await store.release(importID: definition.importID)
    #expect(foretold.record.state == state, comment)
    #expect(foretold.record.progress.counts == done.counts, comment)
    #expect(foretold.record.progress.counts == expected.counts, comment)
    #expect(foretold.faults == log.faults, comment)
    #expect(foretold.changes.map(\.sorted) == changes, comment)
  }

  /// Runs the import all or nothing.
  private func compareAtOnce(
    _ script: ImportScript, _ foretold: Foretold, on store: WorkspaceStore,
    _ model: inout MemberModel, _ comment: Comment
  ) async throws {
    let definition = try script.definition(
      id: "import-\(script.number)", catalogue: ImportScript.catalogue)
    let before = try memberDump(store.location)
    let done = try await store.runSpooled(definition, script.cells, chunkRowsMax: 9)
    var tried = model
    let expected = tried.apply(script)
    #expect(done.faults == foretold.faults, comment)
    #expect(done.record.state == foretold.record.state, comment)
    #expect(done.record.progress.counts == foretold.record.progress.counts, comment)
    #expect(done.record.progress.committed == expected.counts.received, comment)
    #expect(done.changes.isEmpty, comment)
    if expected.faults.isEmpty {
      model = tried
      #expect(done.record.state == .finished, comment)
      #expect(done.record.progress.counts == expected.counts, comment)
      let changed = expected.counts.created + expected.counts.updated
      #expect(UInt64(foretold.changes.count) == changed, comment)
    } else {
      #expect(done.record.progress.counts.rejected == expected.counts.received, comment)
      #expect(done.record.progress.counts.received == expected.counts.received, comment)
      #expect(try memberDump(store.location) == before, comment)
      #expect(foretold.changes.isEmpty, comment)
    }
  }
}

/// All members by number, their fields by column.
private struct MemberTexts {
  var members: [UInt32: [String: [UInt8]]] = [:]

  init(_ store: WorkspaceStore) throws {
    let rows = try exported(store.location, catalogue: store.catalogue)
    let columns = rows[0].map { String(decoding: $0, as: UTF8.self) }
    for row in rows.dropFirst() {
      let number = UInt32(String(decoding: row[0], as: UTF8.self)) ?? 0
      members[number] = Dictionary(uniqueKeysWithValues: zip(columns, row).dropFirst(2))
    }
  }

  /// What a row has changed, each change with its fields in the order of their columns' names.
  func changes(to after: MemberTexts, row: UInt64, known: Set<UInt32>) -> [RowChange] {
    var changes: [RowChange] = []
    for (number, fields) in after.members where fields != members[number] {
      let old = members[number]
      let differing = fields.keys.sorted().compactMap { column -> FieldChange? in
        let (was, becomes) = (old?[column] ?? [], fields[column] ?? [])
        return was == becomes ? nil : FieldChange(column: column, old: was, new: becomes)
      }
      changes.append(
        RowChange(
          row: row, outcome: old == nil ? .created : .updated,
          member: known.contains(number) ? number : 0, fields: differing))
    }
    return changes
  }
}

extension RowChange {
  fileprivate var sorted: RowChange {
    var change = self
    change.fields.sort { $0.column < $1.column }
    return change
  }
}
