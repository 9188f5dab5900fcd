import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// What running a spooled import told.
struct Foretold: Equatable {
  var record: ImportRecord
  var faults: [RowFault] = []
  var changes: [RowChange] = []

  init(_ outcome: ImportEnding) throws {
    record = outcome.record
    while let finding = try outcome.findings?.next() {
      switch finding {
      case .faults(let more): faults += more
      case .changes(let more): changes += more
      }
    }
  }
}

extension WorkspaceStore {
  /// Sends all rows of a preview or an all-or-nothing import, in chunks, and finishes it.
  func runSpooled(
    _ definition: ImportDefinition, _ cells: [[[UInt8]]], chunkRowsMax: Int = 10
  ) async throws -> Foretold {
    let log = EventLog()
    let start = try await begin(definition, observer: log.observer)
    let checker = definition.checker(seed: start.seed)
    for first in stride(from: 0, to: cells.count, by: chunkRowsMax) {
      let rows = Array(cells[first..<min(first + chunkRowsMax, cells.count)])
      apply(
        checker.check(TestRows(firstRow: UInt64(first), rows)), importID: definition.importID)
    }
    let outcome: ImportEnding
    do {
      outcome = try await finish(
        importID: definition.importID, rowCount: UInt64(cells.count))
    } catch {
      _ = await release(importID: definition.importID)
      throw error
    }
    _ = await release(importID: definition.importID)
    // Nobody is told of a part.
    #expect(log.faults.isEmpty && log.committed == nil && log.failure == nil)
    return try Foretold(outcome)
  }

  /// Previews rows of texts.
  func preview(
    _ columns: [String], _ rows: [[String]], options: ImportOptions = ImportOptions(),
    limits: Limits = Limits()
  ) async throws -> Foretold {
    var options = options
    options.mode = .preview
    let definition = try definition(
      "preview", columns: columns, options: options, limits: limits, catalogue: catalogue)
    return try await runSpooled(definition, rows.map { $0.map { Array($0.utf8) } })
  }

  /// Imports rows of texts, all or none.
  func importAllOrNothing(
    _ id: String, _ columns: [String], _ rows: [[String]],
    options: ImportOptions = ImportOptions(), limits: Limits = Limits()
  ) async throws -> Foretold {
    var options = options
    options.isAllOrNothing = true
    let definition = try definition(
      id, columns: columns, options: options, limits: limits, catalogue: catalogue)
    return try await runSpooled(definition, rows.map { $0.map { Array($0.utf8) } })
  }

  /// All that could tell one state of the workspace from another: each table, and the index.
  func everything() async throws -> [[String]] {
    let tables = try dump(
      location,
      // The mark says which log the file has, and nothing of members.
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'store_mark' ORDER BY 1",
      columns: 1)
    var rows: [[String]] = []
    for table in tables.map({ $0[0].filter { $0 != "'" } }) {
      let columns = try dump(location, "PRAGMA table_info(\(table))", columns: 2).count
      rows.append([table])
      rows += try dump(
        location, "SELECT * FROM \(table) ORDER BY \(columns > 1 ? "1, 2" : "1")",
        columns: columns)
    }
    return try await rows
      + run { writer throws(StoreError) in
        let index = writer.index
        let members = (0...index.lastMember + 1_000).map {
          "\(index.fingerprint($0)) \(index.importSeq($0))"
        }
        return [
          ["index \(index.email.count) \(index.phone.count) \(index.externalID.count)"],
          ["last \(index.lastMember) journal \(index.journalCount)"], members,
        ]
      }
  }
}
