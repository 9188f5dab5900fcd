import Testing

@testable import MusterCore

/// What changes of a catalogue come to, before any member is looked at.
@Suite struct CatalogueStepTests {
  private static let size = FormField(slug: "size", type: .choice(["s", "m", "l"]))
  private static let note = FormField(slug: "note", type: .text)
  private let catalogue = Catalogue(
    version: 7, roles: [Role(id: 1, slug: "manager"), Role(id: 2, slug: "user")],
    labels: ["b", "d"],
    forms: [
      Form(slug: "f", fields: [size, note]), Form(slug: "one", fields: [note]),
    ])

  private static func size(_ choices: [String], required: Bool = false) -> FormField {
    FormField(slug: "size", type: .choice(choices), isRequired: required)
  }

  @Test(
    arguments: [
      (CatalogueChange.renameLabel("b", to: "z"), nil, MemberRewrite.label("b", to: "z"), true),
      (.deleteLabel("b"), MemberUse.label("b"), nil, true),
      (.renameRole("manager", to: "boss"), nil, nil, false),
      (.deleteRole("manager"), .role(Role(id: 1, slug: "manager")), nil, true),
      (.renameForm("f", to: "g"), nil, .form("f", to: "g"), true),
      (.deleteForm("f"), .form("f"), nil, true),
      (.addField(FormField(slug: "x", type: .date), form: "f"), nil, nil, false),
      (
        .addField(FormField(slug: "x", type: .date, isRequired: true), form: "f"), .form("f"), nil,
        true
      ),
      (.renameField("size", form: "f", to: "x"), nil, .field("size", form: "f", to: "x"), true),
      (.deleteField("size", form: "f"), .field("size", form: "f"), nil, true),
      (.changeField(size(["s", "m", "l", "xl"]), form: "f"), nil, nil, false),
      (
        .changeField(size(["m", "xl"]), form: "f"),
        .values(["s", "l"], field: "size", form: "f"), nil, true
      ),
      (
        .changeField(size(["s", "m", "l"], required: true), form: "f"),
        .formWithout(field: "size", form: "f"), nil, true
      ),
    ] as [(CatalogueChange, MemberUse?, MemberRewrite?, Bool)])
  func `a change says whom it concerns`(
    _ change: CatalogueChange, _ obstacle: MemberUse?, _ rewrite: MemberRewrite?,
    _ isNarrowing: Bool
  ) throws {
    let step = try catalogue.step(change)
    #expect(step.obstacle == obstacle)
    #expect(step.rewrite == rewrite)
    #expect(step.isNarrowing == isNarrowing)
    var after = step.after
    after.version += 1
    // What was checked before may be stored after exactly if nothing has become narrower.
    let isRole = if case .renameRole = change { true } else { false }
    #expect(after.covers(catalogue) == (!isNarrowing && !isRole))
  }

  @Test(
    arguments: [
      (CatalogueChange.renameLabel("c", to: "z"), StoreError.Code.notFound),
      (.renameLabel("b", to: "d"), .alreadyExists), (.renameLabel("b", to: "b"), .alreadyExists),
      (.renameLabel("b", to: "B"), .invalidArgument), (.deleteLabel("../b"), .notFound),
      (.renameRole("user", to: "x"), .failedPrecondition),
      (.deleteRole("user"), .failedPrecondition),
      (.deleteRole("usr"), .notFound), (.renameRole("manager", to: "user"), .alreadyExists),
      (.renameForm("f", to: "one"), .alreadyExists), (.deleteForm("g"), .notFound),
      (.deleteField("note", form: "one"), .failedPrecondition),
      (.deleteField("x", form: "f"), .notFound), (.addField(note, form: "f"), .alreadyExists),
      (.addField(FormField(slug: "X", type: .text), form: "f"), .invalidArgument),
      (.addField(FormField(slug: "x", type: .choice([])), form: "f"), .invalidArgument),
      (.renameField("size", form: "f", to: "note"), .alreadyExists),
      (.changeField(FormField(slug: "size", type: .text), form: "f"), .failedPrecondition),
      (.changeField(size(["s", "s"]), form: "f"), .invalidArgument),
      (.changeField(size(["s"], required: true), form: "f"), .invalidArgument),
      (.changeField(FormField(slug: "x", type: .text), form: "f"), .notFound),
    ] as [(CatalogueChange, StoreError.Code)])
  func `a change that breaks a rule is refused`(
    _ change: CatalogueChange, _ code: StoreError.Code
  ) {
    let error = #expect(throws: StoreError.self) { try catalogue.step(change) }
    #expect(error?.code == code, "\(String(describing: error))")
  }

  @Test func `labels stay in byte order, and a refusal says how many members there are`() throws {
    #expect(try catalogue.step(.renameLabel("b", to: "z")).after.labels == ["d", "z"])
    let one = MemberUse.label("b").refusal(memberCount: 1)
    #expect(
      one.code == .failedPrecondition && one.message.hasPrefix("1 member carries the label b"))
    #expect(MemberUse.form("f").refusal(memberCount: 1_234).message.contains("1234 members have"))
  }

  @Test func `a renamed label keeps the record's order, and no other label is touched`() throws {
    let scratch = ByteScratch()
    func renamed(_ text: String, _ from: String, _ to: String) throws -> String? {
      var bytes = Array(text.utf8)
      return unsafe try bytes.withUnsafeMutableBufferPointer { buffer in
        let cell = unsafe CellBytes(count: buffer.count, start: buffer.baseAddress)
        return unsafe try MemberRewrite.label(from, to: to).applied(to: cell, in: scratch)
          .map { unsafe String(decoding: $0.bytes(), as: UTF8.self) }
      }
    }
    #expect(try renamed("a,b,c", "a", "x") == "b,c,x")
    #expect(try renamed("a", "a", "b") == "b")
    #expect(try renamed("aa,b", "a", "x") == nil)
  }
}
