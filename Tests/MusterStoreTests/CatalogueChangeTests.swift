import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// Renaming and deleting, with members that use what is changed.
struct CatalogueChangeTests {
  let directory: TemporaryDirectory
  let store: WorkspaceStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try WorkspaceStore(name: "test", path: directory.file())
  }

  private func stored(_ column: String) throws -> [String] {
    try dump(directory.file(), "SELECT \(column) FROM member ORDER BY id", columns: 1).map { $0[0] }
  }

  private func refusal(_ change: CatalogueChange) async -> StoreError? {
    do {
      _ = try await store.change(change)
      return nil
    } catch { return error }
  }

  private func makeForm() async throws {
    try await store.createForm(
      Form(
        slug: "f",
        fields: [
          FormField(slug: "a", type: .text), FormField(slug: "c", type: .choice(["x", "y", "z"])),
        ]))
  }

  @Test("a renamed label is renamed in every member, and a row of the new name is unchanged")
  func renamedLabel() async throws {
    _ = try await store.createLabels(["a", "aa", "m"])
    let count = 3_000
    let rows = (0..<count).map { ["p\($0)", ["a", "aa", "a,m", ""][$0 % 4]] }
    try await store.importRows("1", ["external_id", "labels"], rows)
    let times = try stored("updated_at || '/' || import_seq")
    let outcome = try await store.change(.renameLabel("a", to: "z"))
    #expect(outcome.memberCount == count / 2 && outcome.catalogue.labels == ["aa", "m", "z"])
    let wanted = ["'z'", "'aa'", "'m,z'", "NULL"]
    #expect(try stored("labels") == (0..<count).map { wanted[$0 % 4] })
    #expect(try stored("updated_at || '/' || import_seq") == times)

    // The fingerprints of before must not say that the old row is still what is stored.
    let definition = try definition(
      "2", columns: ["external_id", "labels"], catalogue: store.catalogue)
    let start = try await store.begin(definition) { _ in }
    store.apply(
      definition.chunk(
        seed: start.seed, (0..<count).map { ["p\($0)", ["z", "aa", "m,z", ""][$0 % 4]] }),
      importID: "2")
    let ending = try await store.finish(importID: "2", rowCount: UInt64(count))
    #expect(ending.record.progress.counts.unchanged == UInt64(count))
    _ = await store.release(importID: "2")
    let again = try WorkspaceStore(name: "test", path: directory.file())
    #expect(again.catalogue.labels == ["aa", "m", "z"])
  }

  @Test("the fingerprint of a row with the old name is forgotten")
  func fingerprint() async throws {
    _ = try await store.createLabels(["a"])
    for id in ["1", "2"] {
      try await store.importRows(id, ["external_id", "labels"], [["p", "a"]])
    }
    _ = try await store.change(.renameLabel("a", to: "b"))
    _ = try await store.createLabels(["a"])
    // The very row that was unchanged before now adds a label.
    try await store.importRows("3", ["external_id", "labels"], [["p", "a"]])
    #expect(try stored("labels") == ["'a,b'"])
  }

  @Test("what members use is not deleted, and the refusal counts them")
  func inUse() async throws {
    _ = try await store.createLabels(["a", "ab"])
    try await makeForm()
    try await store.importRows(
      "1", ["external_id", "labels", "form.f.a", "form.f.c"],
      [
        ["1", "ab", "\"f\":{", "x"], ["2", "a,ab", "", "y"], ["3", "", "t", ""], ["4", "", "", ""],
      ])
    for (change, count) in [
      (.deleteLabel("a"), "1 member carries"), (.deleteLabel("ab"), "2 members carry"),
      (.deleteForm("f"), "3 members have"), (.deleteField("a", form: "f"), "2 members have"),
      (.deleteField("c", form: "f"), "2 members have"),
      (.changeField(FormField(slug: "c", type: .choice(["x", "z"])), form: "f"), "1 member has"),
      (
        .changeField(FormField(slug: "a", type: .text, isRequired: true), form: "f"), "1 member has"
      ),
      (
        .addField(FormField(slug: "n", type: .text, isRequired: true), form: "f"), "3 members have"
      ),
    ] as [(CatalogueChange, String)] {
      let error = await refusal(change)
      #expect(error?.code == .failedPrecondition && error?.message.hasPrefix(count) == true)
    }
    let counts = try await store.memberCounts()
    #expect(counts.labels == ["a": 1, "ab": 2] && counts.roles == [2: 4])
    // What nobody uses goes.
    for change in [
      .changeField(FormField(slug: "c", type: .choice(["y", "x"])), form: "f"),
      .deleteRole("manager"), .addField(FormField(slug: "n", type: .text), form: "f"),
      .deleteField("n", form: "f"),
    ] as [CatalogueChange] {
      let error = await refusal(change)
      #expect(error == nil)
    }
    try await store.importRows(
      "2", ["external_id", "labels"], [["2", "-"]], clearToken: "-")
    #expect(await refusal(.deleteLabel("a")) == nil)
    #expect(store.catalogue.labels == ["ab"] && store.catalogue.roles.map(\.slug) == ["user"])
  }

  @Test("renamed forms and fields are renamed in the members' values")
  func renamedForm() async throws {
    try await makeForm()
    try await store.importRows(
      "1", ["external_id", "form.f.a", "form.f.c"],
      [["1", "\"a\":\"", "x"], ["2", "", "y"], ["3", "", ""]])
    #expect(try await store.change(.renameField("a", form: "f", to: "zz")).memberCount == 1)
    #expect(try await store.change(.renameForm("f", to: "g")).memberCount == 2)
    #expect(
      try stored("forms") == [
        #"'{"g":{"c":"x","zz":"\"a\":\""}}'"#, #"'{"g":{"c":"y"}}'"#, "NULL",
      ])
    #expect(store.catalogue.forms.map(\.slug) == ["g"])
    #expect(store.catalogue.forms[0].fields.map(\.slug) == ["zz", "c"])
    try await store.importRows("2", ["external_id", "form.g.zz"], [["3", "new"]])
    #expect(try stored("forms")[2] == #"'{"g":{"zz":"new"}}'"#)
  }

  @Test("while an import runs nothing is taken away, and additions are fine")
  func besideAnImport() async throws {
    _ = try await store.createLabels(["a"])
    try await makeForm()
    let running = try definition(
      "1", columns: ["external_id", "labels"], catalogue: store.catalogue)
    let start = try await store.begin(running) { _ in }
    store.apply(running.chunk(seed: start.seed, [["p", "a"]]), importID: "1")
    for change in [
      .deleteLabel("a"), .renameLabel("a", to: "b"), .deleteForm("f"), .deleteRole("manager"),
    ] as [CatalogueChange] {
      let error = await refusal(change)
      #expect(error?.code == .failedPrecondition && error?.message.contains("running") == true)
    }
    let added = await refusal(.addField(FormField(slug: "n", type: .text), form: "f"))
    #expect(added == nil)
    _ = try await store.finish(importID: "1", rowCount: 1)
    _ = await store.release(importID: "1")
    #expect(await refusal(.renameLabel("a", to: "b")) == nil)
    #expect(try stored("labels") == ["'b'"])
  }

  @Test("an import that was planned before a label went is not begun")
  func stalePlan() async throws {
    _ = try await store.createLabels(["a"])
    let stale = try definition(
      "1", columns: ["external_id", "labels"], catalogue: store.catalogue)
    _ = try await store.createLabels(["more"])
    _ = try await store.change(.deleteLabel("a"))
    await #expect(throws: StoreError.self) { _ = try await store.begin(stale) { _ in } }
    var preview = ImportOptions()
    preview.mode = .preview
    let previewed = try definition(
      "2", columns: ["external_id", "labels"], options: preview, catalogue: store.catalogue)
    let start = try await store.begin(previewed) { _ in }
    store.apply(previewed.chunk(seed: start.seed, [["p", "more"]]), importID: "2")
    _ = try await store.change(.renameLabel("more", to: "less"))
    let error = await #expect(throws: StoreError.self) {
      try await store.finish(importID: "2", rowCount: 1)
    }
    #expect(error?.code == .aborted)
  }

  @Test("undoing an import gives no label or form value back that is gone")
  func undo() async throws {
    _ = try await store.createLabels(["a", "b"])
    try await makeForm()
    let columns = ["external_id", "labels", "form.f.c", "name"]
    try await store.importRows("1", columns, [["p", "a", "x", "old"]])
    try await store.importRows("2", columns, [["p", "-", "-", "new"]], clearToken: "-")
    _ = try await store.change(.deleteLabel("a"))
    let two = FormField(slug: "c", type: .choice(["y", "z"]))
    _ = try await store.change(.changeField(two, form: "f"))
    let (_, kept) = try await store.undo("2")
    #expect(
      Set(kept.map { "\($0.column ?? ""): \($0.reason)" }) == [
        "labels: a label that it had is gone", "form.f.c: its form no longer takes what it had",
      ])
    #expect(try stored("coalesce(labels, '-') || coalesce(forms, '-') || name") == ["'--old'"])
  }
}
