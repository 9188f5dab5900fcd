import MusterCore
import Testing

@testable import MusterStore

/// Exports of some members.
struct FilteredExportTests {
  let directory: TemporaryDirectory
  let store: WorkspaceStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try WorkspaceStore(name: "test", path: directory.file())
  }

  /// The pages of an export, each the external ids of its rows.
  private func pages(_ filter: MemberFilter) throws -> [[String]] {
    let export = try store.makeExport(with: [], filter: filter)
    let place = try #require(export.columns.firstIndex(of: "external_id"))
    var pages: [[String]] = []
    var hasMore = true
    while hasMore {
      var page: [String] = []
      hasMore = unsafe try export.readPage { cells in
        page.append(unsafe String(decoding: cells[place].bytes(), as: UTF8.self))
      }
      pages.append(page)
    }
    return pages
  }

  private func filter(role: String = "", labels: [String] = []) throws -> MemberFilter {
    try MemberFilter(role: role, labels: labels, text: "", catalogue: store.catalogue)
  }

  @Test("members are those of the role that have all the labels")
  func filtered() async throws {
    _ = try await store.createLabels(["a", "ab", "b", "none"])
    try await store.importRows(
      "1", ["external_id", "labels"],
      [["x1", "a"], ["x2", "a,b"], ["x3", "ab,b"], ["x4", ""], ["x5", "b,a,ab"]])
    for (role, labels, wanted) in [
      ("", [], ["x1", "x2", "x3", "x4", "x5"]), ("user", ["a"], ["x1", "x2", "x5"]),
      ("2", ["a", "b"], ["x2", "x5"]), ("manager", [], []), ("", ["none"], []),
      ("", ["b", "ab"], ["x3", "x5"]),
    ] as [(String, [String], [String])] {
      #expect(try pages(filter(role: role, labels: labels)).flatMap { $0 } == wanted)
    }
    #expect(throws: StoreError.self) { try filter(role: "usr") }
    #expect(throws: StoreError.self) { try filter(labels: ["c"]) }
  }

  @Test("a filter that accepts nobody ends its pages all the same")
  func nobody() async throws {
    _ = try await store.createLabels(["none"])
    let count = 20_000
    try await store.importRows(
      "1", ["external_id"], (0..<count).map { ["x\($0)"] })
    let pages = try pages(filter(labels: ["none"]))
    #expect(pages.count > count / 8_192 && pages.allSatisfy(\.isEmpty))
  }

  @Test("times are written in UTC, and stay in an import of the export")
  func times() async throws {
    let clocked = try WorkspaceStore(
      name: "test", path: directory.file("clocked.db"), limits: Limits(),
      clocks: Clocks(wall: { 1_700_000_000 }, elapsed: { 0 }, process: 1))
    try await clocked.importRows("1", ["external_id"], [["x"]])
    let export = try clocked.makeExport(with: ExportExtra.allCases, filter: MemberFilter())
    var cells: [String] = []
    _ = unsafe try export.readPage { row in
      cells = (0..<4).map { unsafe String(decoding: row[$0].bytes(), as: UTF8.self) }
    }
    #expect(export.columns.prefix(4) == ["_id", "_role", "_created_at", "_updated_at"])
    #expect(cells == ["1", "user", "2023-11-14T22:13:20Z", "2023-11-14T22:13:20Z"])
  }
}
