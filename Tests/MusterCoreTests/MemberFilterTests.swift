import MusterCore
import Testing

/// Which members a filter lets through.
@Suite struct MemberFilterTests {
  private static let catalogue = Catalogue(
    roles: [Role(id: 1, slug: "manager"), Role(id: 2, slug: "user"), Role(id: 3, slug: "2nd")],
    labels: ["vip", "vip-2", "donor"])

  private static let anna: [MemberField: String] = [
    .email: "Anna@X.org", .phone: "+15550001", .externalID: "E-1", .name: "Anna Müller",
    .description: "secret", .labels: "donor,vip-2",
  ]

  private func accepts(
    _ filter: MemberFilter, roleID: Int64 = 2, _ values: [MemberField: String] = anna
  ) -> Bool {
    let scratch = ByteScratch()
    return unsafe filter.accepts(roleID: roleID) { field in
      unsafe values[field].map { unsafe scratch.copy(Array($0.utf8)) } ?? .blank
    }
  }

  @Test(arguments: [
    ("", [], "", true), ("user", [], "", true), ("2", [], "", true), ("manager", [], "", false),
    ("", ["donor"], "", true), ("", ["vip-2"], "", true), ("", ["vip"], "", false),
    ("", ["vip-2", "donor"], "", true), ("", ["vip-2", "vip"], "", false),
    ("", [], "anna", true), ("", [], "MÜLLER", false), ("", [], "müller", true),
    ("", [], "x.ORG", true), ("", [], "+1555", true), ("", [], "e-1", true),
    ("", [], "secret", false), ("", [], "donor", false), ("", [], "anna@x.org", true),
    ("", [], "anna@x.orgs", false), ("user", ["donor"], "ann", true),
    ("manager", ["donor"], "ann", false), ("user", ["vip"], "ann", false),
    ("user", ["donor"], "bob", false),
  ])
  func `a member meets every condition, or is left out`(
    _ role: String, _ labels: [String], _ text: String, _ isAccepted: Bool
  ) throws {
    let filter = try MemberFilter(
      role: role, labels: labels, text: text, catalogue: Self.catalogue)
    #expect(accepts(filter) == isAccepted)
    #expect(filter.isEmpty == (role.isEmpty && labels.isEmpty && text.isEmpty))
  }

  @Test func `a member without values meets only a filter that asks for none`() throws {
    #expect(accepts(MemberFilter(), [:]))
    #expect(
      !accepts(
        try MemberFilter(
          role: "", labels: ["vip"], text: "", catalogue: Self.catalogue), [:]))
    #expect(
      !accepts(
        try MemberFilter(
          role: "", labels: [], text: "a", catalogue: Self.catalogue), [:]))
  }

  @Test(arguments: [
    (
      "usr", [], "",
      "The role \"usr\" does not exist; did you mean user? The workspace has:"
        + " manager, user, 2nd.", "role"
    ),
    ("", ["vipp"], "", "The label \"vipp\" does not exist; did you mean vip?", "labels[0]"),
    ("", ["vip", "xxxxxxxx"], "", "The label \"xxxxxxxx\" does not exist.", "labels[1]"),
    (
      "", [], String(repeating: "x", count: 257),
      "The text to look for has more than 256 bytes;"
        + " use a part of it.", "text"
    ),
    (
      "", [String](repeating: "vip", count: 101), "",
      "More than 100 labels were asked for; name"
        + " fewer.", "labels"
    ),
  ])
  func `what the workspace does not have is refused`(
    _ role: String, _ labels: [String], _ text: String, _ message: String, _ field: String
  ) {
    let error = #expect(throws: StoreError.self) {
      try MemberFilter(role: role, labels: labels, text: text, catalogue: Self.catalogue)
    }
    #expect(error?.code == .invalidArgument && error?.message == message)
    #expect(error?.violations == [FieldViolation(field: field, description: message)])
  }

  @Test func `a role is found by its slug and by its number`() throws {
    #expect(try Self.catalogue.role(named: "2nd").id == 3)
    #expect(try Self.catalogue.role(named: "3").slug == "2nd")
    #expect(throws: StoreError.self) { try Self.catalogue.role(named: "03") }
    #expect(throws: StoreError.self) { try Self.catalogue.role(named: "") }
  }
}
