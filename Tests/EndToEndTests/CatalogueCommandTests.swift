import MusterTestSupport
import Testing

/// Roles, labels, forms and workspaces by command: made, listed, renamed and deleted.
@Suite(.timeLimit(.minutes(2))) struct CatalogueCommandTests {
  private func text(
    _ installation: Installation, _ words: String, code: Int32 = 0
  ) async throws -> String {
    let arguments = words.split(separator: " ").map(String.init)
    let result = await installation.result(try installation.start(arguments))
    #expect(result.exitCode == code, "\(words): \(result.errors)")
    return code == 0 ? result.output : result.errors
  }

  @Test func `labels and roles are renamed, counted, and deleted when nobody has them`()
    async throws
  {
    try await Installation.with { installation, _ in
      func run(_ words: String, code: Int32 = 0) async throws -> String {
        try await text(installation, words, code: code)
      }
      _ = try await run("label create vip old")
      _ = try await run("role create nurse")
      try await installation.run(
        "import", "-", "--role", "nurse", text: "external_id,labels\nu1,vip\nu2,\"old,vip\"\n")
      #expect(
        try await run("label rename vip best")
          == #"{"slug":"best","renamed_from":"vip","members":2}"# + "\n")
      #expect(
        try await run("label list --counts")
          == #"{"slug":"best","members":2}"# + "\n" + #"{"slug":"old","members":1}"# + "\n")
      #expect(
        try await run("label delete best", code: 1).contains("2 members carry the label best"))
      #expect(try await run("label delete bst", code: 1).contains("did you mean best?"))
      #expect(try await run("role delete nurse", code: 1).contains("2 members have the role nurse"))
      #expect(try await run("role rename nurse sister").contains(#""renamed_from":"nurse""#))
      #expect(
        try await run("role list --counts").contains(#"{"id":3,"slug":"sister","members":2}"#))
      #expect(try await run("role delete user", code: 1).contains("cannot be deleted"))
      #expect(try await run("role delete manager") == #"{"slug":"manager","deleted":true}"# + "\n")
      #expect(try await run("role list --output text") == "ID  ROLE\n2   user\n3   sister\n")
      #expect(CSVRecords.parse(try await run("export"))[2].contains("best,old"))
    }
  }

  @Test func `forms gain, change, rename and lose fields`() async throws {
    try await Installation.with { installation, _ in
      func run(_ words: String, code: Int32 = 0) async throws -> String {
        try await text(installation, words, code: code)
      }
      _ = try await run("form create f --field a:text c:choice=x|y")
      try await installation.run("import", "-", text: "external_id,form.f.c\nu1,x\n")
      #expect(try await run("form add-field f n:number d:date").contains(#""slug":"d""#))
      #expect(try await run("form add-field f z!:text", code: 1).contains("1 member has values"))
      #expect(try await run("form change-field f c:choice=y|z", code: 1).contains("1 member"))
      #expect(try await run("form change-field f c!:choice=x", code: 1).contains("one after"))
      _ = try await run("form change-field f c:choice=x|z")
      #expect(try await run("form change-field f c!:choice=x|z").contains(#""required":true"#))
      #expect(
        try await run("form rename-field f c colour --output text")
          == "The field form.f.c is called form.f.colour now, in 1 member.\n")
      #expect(try await run("form rename f g").contains(#""members":1"#))
      #expect(try await run("form delete g", code: 1).contains("1 member has values of the form g"))
      #expect(try await run("form delete-field g colour", code: 1).contains("1 member"))
      let left = try await run("form delete-field g a")
      #expect(!left.contains(#""slug":"a""#))
      #expect(
        try await run("form list --output text")
          == "FORM  FIELDS\ng     colour!:choice=x|z n:number d:date\n")
      let records = CSVRecords.parse(try await run("export"))
      #expect(records[0].suffix(3) == ["form.g.colour", "form.g.n", "form.g.d"])
      #expect(records[1].suffix(3) == ["x", "", ""])
    }
  }

  @Test func `an open import whose form is gone is told so when it goes on`() async throws {
    try await Installation.with { installation, _ in
      func run(_ words: String, code: Int32 = 0) async throws -> String {
        try await text(installation, words, code: code)
      }
      let id = "0f0e0d0c-0b0a-4908-8706-050403020100"
      _ = try await run("form create f --field a:text")
      // An unclosed quote in a pipe leaves the import open.
      let head = "external_id,form.f.a\nu1,\n"
      let broken = try await installation.run(
        "import", "-", "--import-id", id, text: head + "u2,\"x\n")
      #expect(broken.exitCode == 1)
      #expect(try await run("imports show \(id)").contains(#""state":"open""#))
      _ = try await run("form rename f g")
      let refused = try await installation.run(
        "import", "-", "--import-id", id, text: head + "u2,x\n")
      #expect(refused.exitCode == 1 && refused.errors.contains("Unknown form field"))
    }
  }

  @Test func `a workspace is renamed, and deleted with members only when told to`() async throws {
    try await Installation.with { installation, _ in
      func run(_ words: String, code: Int32 = 0) async throws -> String {
        try await text(installation, words, code: code)
      }
      _ = try await run("workspace create a")
      try await installation.run("--workspace", "a", "import", "-", text: "external_id\nu1\nu2\n")
      #expect(try await run("workspace rename a b").contains(#""renamed_from":"a""#))
      #expect(CSVRecords.parse(try await run("--workspace b export")).count == 3)
      #expect(try await run("--workspace a export", code: 1).contains("does not exist"))
      let refusal = try await run("workspace delete b", code: 1)
      #expect(refusal.contains("2 members") && refusal.contains("--yes"))
      #expect(
        try await run("workspace delete b --yes")
          == #"{"name":"b","deleted":true,"members":2}"# + "\n")
      #expect(try await run("workspace list").split(separator: "\n").count == 1)
      #expect(try await run("workspace delete ../default --yes", code: 1).contains("not a slug"))
      #expect(try await run("workspace delete default --yes", code: 1).contains("always there"))
    }
  }
}
