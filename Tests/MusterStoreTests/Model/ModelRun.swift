import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// The last day that a date of birth may be, in these tests.
let today = CalendarDay(daysSinceEpoch: 20_000)

extension ImportScript {
  /// What the store is told before the first row.
  func definition(id: String, catalogue: Catalogue) throws -> ImportDefinition {
    let plan = try ColumnPlan.resolve(
      names: columns.map { Array($0.name.utf8) }, catalogue: catalogue,
      ignoresUnknown: options.ignoresUnknownColumns, columnsMax: limits.columnsMax)
    return ImportDefinition(
      importID: id, plan: plan, options: options, catalogue: catalogue, limits: limits)
  }
}

extension ImportDefinition {
  /// The checker of the import's rows.
  func checker(seed: HashSeed) -> RowChecker {
    RowChecker(
      plan: plan, options: options, limits: limits, catalogue: catalogue, seed: seed,
      today: today)
  }
}

/// Brings the roles, labels and forms of the scripts into a new store.
func makeCatalogue(in store: WorkspaceStore) async throws {
  _ = try await store.createLabels(ImportScript.catalogue.labels)
  for form in ImportScript.catalogue.forms { try await store.createForm(form) }
  #expect(store.catalogue.forms == ImportScript.catalogue.forms)
  #expect(store.catalogue.roles == ImportScript.catalogue.roles)
}

/// Runs an import through a store and compares counts and faults with what the model says.
func run(
  _ script: ImportScript, id: String, on driver: any ImportDriver, against model: inout MemberModel,
  chunkRowsMax: Int, using random: inout SeededGenerator, _ comment: Comment
) async throws {
  let log = EventLog()
  let definition = try script.definition(id: id, catalogue: ImportScript.catalogue)
  let start = try await driver.begin(definition, observer: log.observer)
  #expect(start.record.progress.counts.received == 0, comment)
  let checker = definition.checker(seed: start.seed)
  let cells = script.cells
  var next = 0
  while next < cells.count {
    let end = min(next + .random(in: 1...chunkRowsMax, using: &random), cells.count)
    let rows = TestRows(firstRow: UInt64(next), Array(cells[next..<end]))
    try await driver.apply(checker.check(rows), importID: id)
    next = end
  }
  let expected = model.apply(script)
  let faultsMax = definition.options.faultsMax
  // The fault that stops an import may be in its last row.
  let isStopped = faultsMax > 0 && UInt64(expected.faults.count) >= faultsMax
  if isStopped {
    // The client learns of it from the store; nobody finishes such an import.
    let progress = await driver.release(importID: id)
    #expect(progress.counts == expected.counts, comment)
    #expect(progress.committed == expected.counts.received, comment)
  } else {
    let record = try await driver.end(importID: id, rowCount: UInt64(cells.count))
    #expect(record.state == .finished, comment)
    #expect(record.progress.counts == expected.counts, comment)
    #expect(record.progress.committed == UInt64(cells.count), comment)
    _ = await driver.release(importID: id)
  }
  #expect(log.failure == nil, comment)
  #expect(log.committed == nil || isStopped || log.committed?.counts == expected.counts, comment)
  let faults = log.faults
  #expect(faults.map(\.row) == faults.map(\.row).sorted(), comment)
  let found = faults.map { MemberModel.Fault(row: $0.row, column: $0.column, code: $0.code) }
  #expect(found.sorted() == expected.faults.sorted(), comment)
}

/// Compares all members of a file with the model's.
func expectSameMembers(_ path: String, _ model: MemberModel, _ comment: Comment) throws {
  let stored = try exported(path, catalogue: model.catalogue).dropFirst()
  let expected = model.exported()
  #expect(stored.count == expected.count, comment)
  for (left, right) in zip(stored, expected) where left != right {
    let texts = [left, right].map { $0.map { String(decoding: $0, as: UTF8.self) } }
    Issue.record("stored \(texts[0]), expected \(texts[1]); \(comment)")
    return
  }
}
