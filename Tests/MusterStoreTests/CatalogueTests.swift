import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

struct CatalogueTests {
  let directory: TemporaryDirectory
  let store: WorkspaceStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try WorkspaceStore(name: "test", path: directory.file())
  }

  static func code(_ body: () async throws -> Void) async -> StoreError.Code? {
    do {
      try await body()
      return nil
    } catch { return (error as? StoreError)?.code }
  }

  static let badSlugs = ["", "A", "-a", "_a", "a b", "a,b", "é", String(repeating: "x", count: 65)]

  @Test("roles are made once each, numbered in their order, and there after opening again")
  func roles() async throws {
    let guest = try await store.createRole("guest")
    #expect(guest == Role(id: 3, slug: "guest"))
    #expect(
      store.catalogue.roles == [
        Role(id: 1, slug: "manager"), Role(id: 2, slug: "user"), guest,
      ])
    for slug in ["guest", "user"] {
      #expect(await Self.code { _ = try await store.createRole(slug) } == .alreadyExists)
    }
    for slug in Self.badSlugs {
      #expect(await Self.code { _ = try await store.createRole(slug) } == .invalidArgument)
    }
    let again = try WorkspaceStore(name: "test", path: directory.file())
    #expect(again.catalogue.roles == store.catalogue.roles)
  }

  @Test("labels are made where they are missing, all or none")
  func labels() async throws {
    #expect(try await store.createLabels(["vip", "board", "vip"]) == ["vip", "board"])
    #expect(store.catalogue.labels == ["board", "vip"])
    #expect(try await store.createLabels(["vip", "a"]) == ["a"])
    #expect(try await store.createLabels([]) == [])
    #expect(try await store.createLabels(["vip"]) == [])
    for slug in Self.badSlugs {
      let code = await Self.code { _ = try await store.createLabels(["fine", slug]) }
      #expect(code == .invalidArgument)
    }
    #expect(store.catalogue.labels == ["a", "board", "vip"])
    let again = try WorkspaceStore(name: "test", path: directory.file())
    #expect(again.catalogue.labels == store.catalogue.labels)
  }

  @Test("a workspace has at most so many labels, and none of the surplus is made")
  func labelLimit() async throws {
    let many = (0..<CatalogueRule.labelsMax - 1).map { "l\($0)" }
    _ = try await store.createLabels(many)
    let code = await Self.code { _ = try await store.createLabels(["x", "y"]) }
    #expect(code == .resourceExhausted)
    #expect(store.catalogue.labels.count == many.count)
    #expect(try await store.createLabels(["x", "l1"]) == ["x"])
    #expect(await Self.code { _ = try await store.createLabels(["y"]) } == .resourceExhausted)
  }

  @Test("forms come back as they were made, with the order of their fields and choices")
  func forms() async throws {
    let survey = Form(
      slug: "survey",
      fields: [
        FormField(slug: "z", type: .choice(["b", "größe, (2) \"x\"", "a"]), isRequired: true),
        FormField(slug: "a", type: .text), FormField(slug: "n", type: .number, isRequired: true),
        FormField(slug: "b", type: .boolean), FormField(slug: "d", type: .date),
        FormField(slug: "e", type: .email),
      ])
    let event = Form(slug: "event", fields: [FormField(slug: "a", type: .text)])
    try await store.createForm(survey)
    try await store.createForm(event)
    #expect(store.catalogue.forms == [survey, event])
    #expect(await Self.code { try await store.createForm(survey) } == .alreadyExists)
    let again = try WorkspaceStore(name: "test", path: directory.file())
    #expect(again.catalogue.forms == [survey, event])
  }

  @Test("a form that breaks a rule is refused whole")
  func badForms() async throws {
    let field = FormField(slug: "a", type: .text)
    func choice(_ values: [String]) -> Form {
      Form(slug: "f", fields: [FormField(slug: "c", type: .choice(values))])
    }
    let many = (0...CatalogueRule.fieldsMax).map { FormField(slug: "f\($0)", type: .text) }
    var bad = [
      Form(slug: "f", fields: []), Form(slug: "f", fields: [field, field]),
      Form(slug: "f", fields: many), choice([]), choice(["a", "a"]), choice([""]),
      choice(["a\nb"]), choice(["a\u{85}b"]), choice([String(repeating: "x", count: 257)]),
      choice((0...CatalogueRule.choicesMax).map(String.init)),
    ]
    for slug in Self.badSlugs {
      bad.append(Form(slug: slug, fields: [field]))
      bad.append(Form(slug: "f", fields: [FormField(slug: slug, type: .text)]))
    }
    for form in bad {
      #expect(await Self.code { try await store.createForm(form) } == .invalidArgument)
    }
    #expect(store.catalogue.forms == [])
    try await store.createForm(choice([String(repeating: "x", count: 256)]))
  }

  @Test("each change makes a new version, a refused one does not")
  func versions() async throws {
    let first = store.catalogue.version
    _ = try await store.createRole("guest")
    _ = try? await store.createRole("guest")
    _ = try await store.createLabels(["vip"])
    #expect(store.catalogue.version == first + 2)
  }

  @Test("a change of the catalogue takes nothing back of the imports around it")
  func besideImports() async throws {
    let log = EventLog()
    let rows = try definition("i")
    let start = try await store.begin(rows, observer: log.observer)
    for place in 0..<20 {
      store.apply(
        rows.chunk(at: UInt64(place), seed: start.seed, people(place..<place + 1)), importID: "i")
      _ = try? await store.createRole("r\(place / 2)")
    }
    let record = try await store.end(importID: "i", rowCount: 20)
    #expect(record.progress.counts.created == 20)
    #expect(store.catalogue.roles.count == 12)
    #expect(log.failure == nil)
  }

  @Test("an import's role is a slug or a number that exists")
  func importRole() async throws {
    _ = try await store.createRole("7")
    for (role, isKnown) in [
      ("user", true), ("1", true), ("7", true), ("3", true), ("usr", false),
      ("", false), ("4", false), ("USER", false),
    ] {
      var options = ImportOptions()
      options.role = role
      let rows = try definition("i-\(role)", options: options)
      let code = await Self.code { _ = try await store.begin(rows, observer: { _ in }) }
      #expect(code == (isKnown ? nil : .invalidArgument), "\(role)")
      let isInLedger = (try? await store.importRecord("i-\(role)")) != nil
      #expect(isInLedger == isKnown)
    }
  }
}
