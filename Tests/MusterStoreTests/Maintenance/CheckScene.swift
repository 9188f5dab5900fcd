import MusterCore
import Testing

@testable import MusterStore

/// A store with all that a check looks at, whose daemon is stopped.
struct CheckScene {
  let directory: TemporaryDirectory
  var path: String { directory.file() }

  init() async throws {
    directory = try TemporaryDirectory()
    let store = try WorkspaceStore(name: "test", path: directory.file())
    try await Self.fill(store)
    await store.shutDown()
  }

  /// Three members, the first changed by a second import, which also has a fault.
  static func fill(_ store: WorkspaceStore) async throws {
    _ = try await store.createLabels(["a", "b"])
    try await store.createForm(
      Form(
        slug: "f",
        fields: [
          FormField(slug: "n", type: .number),
          FormField(slug: "must", type: .text, isRequired: true),
          FormField(slug: "c", type: .choice(["x", "y"])),
        ]))
    let columns = [
      "external_id", "email", "phone", "name", "date_of_birth", "labels", "notify_sms", "form.f.n",
      "form.f.must",
    ]
    try await store.importRows(
      "first", columns,
      (1...3).map {
        [
          "p\($0)", "p\($0)é@x.org", "+4212345678\($0)", "N", "1980-01-0\($0)", "b,a", "true",
          "-1.5e3", "\u{1F600}\"\n",
        ]
      })
    let second = try definition(
      "second", columns: ["external_id", "email", "name"], catalogue: store.catalogue)
    let start = try await store.begin(second) { _ in }
    store.apply(
      second.chunk(seed: start.seed, [["p1", "", "other"], ["", "bad", ""]]), importID: "second")
    let record = try await store.finish(importID: "second", rowCount: 2)
    #expect(record.record.progress.counts.rejected == 1)
    _ = await store.release(importID: "second")
  }

  /// Damages the store.
  func run(_ sql: String) throws {
    let connection = try Connection(path: path, mode: .writer, cacheBytes: 1 << 20)
    try connection.execute("PRAGMA foreign_keys = OFF; \(sql)")
  }

  func check() async throws -> CheckReport {
    // What damages it writes beside the store, which is open.
    let checker = StoreChecker(path: path, workspace: nil) { true }
    while try await checker.step() != nil {}
    return checker.report
  }
}
