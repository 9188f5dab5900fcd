import Foundation
import MusterTestSupport
import Testing

/// `muster signup` and `muster member`.
@Suite(.timeLimit(.minutes(3))) struct MemberCommandTests {
  @Test func `a member is signed up, shown, listed and deleted`() async throws {
    try await Installation.with { installation, _ in
      try await installation.makeGuideCatalogue()
      let made = try await installation.run(
        "signup", "email=Dana@Example.org", "name=Dana \u{1B}[2J", "labels=vip",
        "notify_sms=0", "form.patient.blood_type=O-", "form.patient.medical_id=M-1")
      #expect(made.exitCode == 0, "\(made.errors)")
      let signup = try made.object("signup")
      #expect(signup["outcome"] as? String == "created" && signup["created"] as? Bool == true)
      let again = try await installation.run(
        "signup", "--email", "dana@example.org", "--external-id", "d-1")
      #expect(try again.object("signup")["outcome"] as? String == "updated")
      let same = try await installation.run("signup", "external_id=d-1", "--output", "text")
      #expect(same.output.hasPrefix("Member 1 unchanged.\nMEMBER"))
      let shown = try await installation.run("member", "get", "--email", "DANA@example.org")
      let member = try #require(shown.objects.first)
      #expect(member.count("id") == 1 && member["email"] as? String == "Dana@Example.org")
      #expect(member["phone"] is NSNull && member["notify_email"] is NSNull)
      #expect(member["notify_sms"] as? Bool == false && member["role"] as? String == "user")
      #expect(member["labels"] as? [String] == ["vip"])
      let forms = member["forms"] as? [String: [String: String]]
      #expect(forms == ["patient": ["blood_type": "O-", "medical_id": "M-1"]])
      let text = try await installation.run(
        "member", "get", "--external-id", "d-1", "--output", "text")
      #expect(text.output.contains("form.patient.blood_type  O-"))
      #expect(!text.output.contains("\u{1B}"))
      try await installation.run("signup", "phone=+15555550123", "name=Bob")
      let listed = try await installation.run("member", "list")
      #expect(listed.objects.map { $0.count("id") } == [1, 2])
      let found = try await installation.run("member", "list", "--text", "BOB", "--role", "user")
      #expect(found.objects.map { $0.count("id") } == [2])
      let vip = try await installation.run(
        "member", "list", "--label", "vip", "--output", "text")
      #expect(vip.output.split(separator: "\n").count == 2)
      let limited = try await installation.run("member", "list", "--limit", "1")
      #expect(limited.objects.count == 1 && limited.errors.contains("--limit 0"))
      let gone = try await installation.run("member", "delete", "--id", "1")
      #expect(gone.exitCode == 0 && gone.objects.first?["deleted"] as? Bool == true)
      #expect(try await installation.run("member", "list").objects.count == 1)
    }
  }

  @Test func `what goes wrong is said, with an exit code of its own`() async throws {
    try await Installation.with { installation, daemon in
      let secret = "canary-4711@example.org"
      for command in ["get", "delete"] {
        let none = try await installation.run("member", command, "--email", secret)
        #expect(none.exitCode == 1 && none.output.isEmpty)
        #expect(
          none.errors == "muster: The workspace has no member with this email; look for it with: "
            + "muster member list --text PART\n")
        #expect(try await installation.run("member", command).exitCode == 64)
        let two = try await installation.run("member", command, "--id", "1", "--phone", "+1")
        #expect(two.exitCode == 64 && two.errors.contains("exactly one"))
      }
      let faulty = try await installation.run("signup", "email=canary-4711@", "labels=vpi")
      #expect(faulty.exitCode == 2)
      #expect(
        faulty.objects.map { $0["code"] as? String } == ["invalid_email", "unknown_label"])
      let table = try await installation.run("signup", "email=x", "--output", "text")
      #expect(table.exitCode == 2 && table.output.contains("Invalid email format"))
      let unknown = try await installation.run("signup", "emial=\(secret)")
      #expect(unknown.exitCode == 1 && unknown.errors.contains("did you mean \"email\"?"))
      #expect(!unknown.errors.contains(secret))
      #expect(try await installation.run("signup").exitCode == 64)
      #expect(try await installation.run("signup", "=x").exitCode == 64)
      let role = try await installation.run("member", "list", "--role", "usr")
      #expect(role.exitCode == 1 && role.errors.contains("did you mean user?"))
      // A deleted member is made anew by an import, under another number.
      try await installation.run("import", "-", text: "email,name\n\(secret),A\n")
      try await installation.run("member", "delete", "--email", secret)
      let again = try await installation.run("import", "-", text: "email,name\n\(secret),A\n")
      #expect(try again.object("summary").outcomes == [1, 0, 0, 0])
      let found = try await installation.run("member", "get", "--email", secret)
      #expect(found.objects.first?.count("id") == 2)
      daemon.end()
      let log = await daemon.errors.text()
      #expect(log.contains("serving") && !log.contains("canary-4711"))
    }
  }
  @Test func `a list that its limit cut says so, also in the middle of its last page`() async throws
  {
    try await Installation.with { installation, _ in
      let rows = (0..<1_100).map { "u\($0)\n" }.joined()
      try await installation.run("import", "-", text: "external_id\n" + rows)
      let cut = try await installation.run("member", "list", "--limit", "1050")
      #expect(cut.objects.count == 1_050)
      #expect(cut.errors.contains("--limit 1050 ended the list; --limit 0 lists all."))
      for limit in ["0", "1100", "2000"] {
        let whole = try await installation.run("member", "list", "--limit", limit)
        #expect(whole.objects.count == 1_100 && whole.errors.isEmpty, "\(whole.errors)")
      }
    }
  }
}
