import Foundation
import MusterTestSupport
import Testing

/// The policy as an administrator meets it: a file, other users, signals, and a log.
@Suite(.timeLimit(.minutes(4)))
struct PolicyTests {
  private static let user = 31_001
  private static let staff = 31_050
  private static let setpriv = Binaries.system("setpriv")
  private static let canBeOthers = geteuid() == 0 && setpriv != nil

  private static func policy(_ rules: String, limits: String = "{}") -> String {
    """
    {"limits": \(limits), "socket": {"mode": "0666"}, "access": {"policy": [\(rules)]}}
    """
  }

  private static func rule(
    _ subject: String, _ scopes: String..., workspaces: String = "default"
  ) -> String {
    let list = scopes.map { "\"\($0)\"" }.joined(separator: ", ")
    return "{\(subject), \"workspaces\": [\"\(workspaces)\"], \"scopes\": [\(list)]}"
  }

  /// Runs a command as another user, in its own group and others.
  private func run(
    _ arguments: String..., groups: [Int] = [], in installation: Installation
  ) async throws -> CommandResult {
    let setpriv = try #require(Self.setpriv)
    let list =
      groups.isEmpty
      ? ["--clear-groups"] : ["--groups", groups.map(String.init).joined(separator: ",")]
    let process = try RunningProcess(
      setpriv,
      ["--reuid", "\(Self.user)", "--regid", "\(Self.user)"] + list + [Binaries.muster] + arguments,
      environment: [
        "MUSTER_SOCKET": installation.socketPath,
        "XDG_STATE_HOME": installation.directory + "/others",
      ],
      input: .file(installation.directory + "/in"), directory: "/")
    return await installation.result(process)
  }

  /// Runs a test with a daemon that a policy opens to others, and a file to import.
  private func with(
    _ config: String, mutant: String? = nil,
    _ body: (Installation, RunningProcess) async throws -> Void
  ) async throws {
    try await Gate.daemons.pass {
      try await withTemporaryDirectory { path in
        let installation = Installation(directory: path)
        _ = try installation.write("config.json", config)
        _ = try installation.write("in", "email,name\nalice@example.org,Canary\n")
        unsafe chmod(path, 0o755)
        // Where the commands of others may write.
        unsafe mkdir(path + "/others", 0o700)
        unsafe chmod(path + "/others", 0o777)
        let daemon = try await installation.startDaemon(
          environment: mutant.map { ["MUSTER_MUTANT": $0] } ?? [:])
        defer { daemon.end() }
        try await body(installation, daemon)
      }
    }
  }

  // MARK: Other users

  @Test(.enabled("needs root and setpriv") { canBeOthers }, arguments: [nil, "ignores-policy"])
  func `another user does what its rule says, and nothing else`(_ mutant: String?) async throws {
    let config = Self.policy(
      Self.rule("\"user\": \(Self.user)", "members:read", "workspace:read") + ","
        + Self.rule("\"group\": \(Self.staff)", "members:write"))
    try await with(config, mutant: mutant) { installation, daemon in
      let read = try await run("export", in: installation)
      #expect(read.exitCode == 0 && read.output.hasPrefix("email,"))
      let refused = try await run("import", "-", in: installation)
      // With the mutant, which lets everybody do everything, the test sees the difference.
      guard mutant == nil else {
        #expect(refused.exitCode == 0, "the mutant is not noticed")
        return
      }
      #expect(refused.exitCode == 1 && refused.output.isEmpty)
      #expect(
        refused.errors
          == "muster: Your user (uid \(Self.user)) does not have the scope members:write on the"
          + " workspace default; ask the daemon's administrator for it (access.policy).\n"
          + "Nothing was imported.\n")
      let label = try await run("label", "create", "vip", in: installation)
      #expect(label.exitCode == 1 && label.errors.contains("workspace:write"))
      let hidden = try await run(
        "--workspace", "other", "member", "get", "--email", "canary@example.org",
        in: installation)
      #expect(hidden.exitCode == 1)
      #expect(hidden.errors.contains("members:read on the workspace other"), "\(hidden.errors)")
      #expect(try await run("health", in: installation).exitCode == 0)

      let imported = try await run("import", "-", groups: [1, Self.staff], in: installation)
      #expect(imported.exitCode == 0, "\(imported.errors)")
      let undone = try await run(
        "imports", "undo", "\(try imported.object("summary")["import_id"] ?? "")", "--yes",
        groups: [Self.staff], in: installation)
      #expect(undone.exitCode == 1 && undone.errors.contains("members:admin"))

      daemon.send(SIGTERM)
      _ = await daemon.exitCode()
      let log = await daemon.errors.text()
      let lines = log.split(separator: "\n").filter { $0.contains("refused a call") }
      #expect(lines.count >= 4)
      for line in lines { #expect(line.contains("peer_uid=\(Self.user)"), "\(line)") }
      #expect(log.contains("scope=members:write") && log.contains("reason=SCOPE_MISSING"))
      #expect(!log.contains("canary") && !log.contains("Canary") && !log.contains("alice"))
    }
  }

  @Test(.enabled("needs root and setpriv") { canBeOthers })
  func `whom no rule is about is told so`() async throws {
    try await with(Self.policy("")) { installation, _ in
      let result = try await run("export", groups: [Self.staff], in: installation)
      #expect(result.exitCode == 1 && result.output.isEmpty)
      #expect(
        result.errors
          == "muster: No rule of the daemon's policy is about your user (uid \(Self.user)); ask its"
          + " administrator for one (access.policy).\n")
    }
  }

  // MARK: SIGHUP

  @Test(.enabled("needs root and setpriv") { canBeOthers })
  func `SIGHUP puts the policy of the file in force, and a bad file leaves the old one so`()
    async throws
  {
    let reader = Self.rule("\"user\": \(Self.user)", "members:read")
    let writer = Self.rule("\"user\": \(Self.user)", "members:write")
    try await with(Self.policy(reader)) { installation, daemon in
      func reload(_ config: String, until words: String) async throws -> String {
        _ = try installation.write("config.json", config)
        daemon.send(SIGHUP)
        return try #require(await daemon.errors.line(containing: words))
      }
      #expect(try await run("import", "-", in: installation).exitCode == 1)

      let line = try await reload(
        Self.policy(writer, limits: #"{"rowsPerImport": 1}"#), until: "read the policy again")
      #expect(line.contains("other settings need a restart") && line.contains("rules=1"))
      #expect(try await run("import", "-", in: installation).exitCode == 0)
      // The limits are as they were.
      let two = try await installation.run("import", "-", text: "email\nb@x.org\nc@x.org\n")
      #expect(two.exitCode == 0, "\(two.errors)")

      for (config, words) in [
        (
          Self.policy(Self.rule("\"user\": \(Self.user)", "members:wirte")),
          "access.policy[0].scopes[0]"
        ),
        ("{", "is not JSON"), (#"{"limits": {"rows": 1}}"#, "no limit"),
      ] {
        let error = try await reload(config, until: "kept the old policy")
        #expect(error.contains(words) && error.contains("config.json"), "\(error)")
        #expect(try await run("export", in: installation).exitCode == 0)
      }
      _ = try await reload(Self.policy(""), until: "rules=0")
      #expect(try await run("export", in: installation).exitCode == 1)
    }
  }

  @Test func `SIGHUP of a daemon without a configuration changes nothing, and is said`()
    async throws
  {
    try await Installation.with { installation, daemon in
      daemon.send(SIGHUP)
      #expect(await daemon.errors.line(containing: "no policy was read again") != nil)
      let health = try await installation.run("health")
      #expect(health.exitCode == 0)
    }
  }

  // MARK: The file

  private static func policyOf(_ subject: String, _ scope: String) -> String {
    "{\"access\": {\"policy\": [\(rule(subject, scope))]}}"
  }

  @Test(
    arguments: [
      (#"{"access": {"rules": []}}"#, #"access: there is no key "rules"; known: policy."#),
      (#"{"acess": {}}"#, #"the file: there is no group "acess"; did you mean "access"?"#),
      (#"{"access": []}"#, "access: no JSON value of the kind"),
      (#"{"access": {"policy": {}}}"#, "access.policy: no JSON value of the kind"),
      (
        #"{"access": {"policy": [{"user": 0, "workspace": ["*"], "scopes": []}]}}"#,
        #"access.policy[0]: there is no key "workspace"; did you mean "workspaces"?"#
      ),
      (
        #"{"access": {"policy": [{"user": 0, "scopes": ["members:read"]}]}}"#,
        #"access.policy[0]: the key "workspaces" is missing."#
      ),
      (
        #"{"access": {"policy": [{"user": 0, "workspaces": "*", "scopes": []}]}}"#,
        "access.policy[0].workspaces: no JSON value of the kind"
      ),
      (
        #"{"access": {"policy": [{"user": 1.5, "workspaces": ["*"], "scopes": []}]}}"#,
        "access.policy[0].user: a name in quotes or a number belongs there."
      ),
      (
        policyOf(#""user": "no-such-user""#, "members:read"),
        #"access.policy[0].user: this machine has no user "no-such-user"."#
      ),
      (
        policyOf(#""group": "no-such-group""#, "members:read"),
        #"access.policy[0].group: this machine has no group "no-such-group"."#
      ),
      (
        policyOf(#""user": "root""#, "members:rite"),
        "access.policy[0].scopes[0]: there is no scope \"members:rite\";"
          + " did you mean \"members:write\"?"
      ),
      (#"{"socket": {"mode": "0777"}}"#, #"socket.mode: "0777" is no mode of the socket"#),
      (#"{"socket": {"mode": 660}}"#, "socket.mode: no JSON value of the kind"),
      (#"{"socket": {"group": "no-such-group"}}"#, "socket.group: this machine has no group"),
      (#"{"limits": {"rowsPerImport": null}}"#, "limits.rowsPerImport: no JSON value of the kind"),
    ])
  func `a policy that nobody understands keeps the daemon from starting`(
    _ config: String, _ words: String
  ) async throws {
    try await withTemporaryDirectory { path in
      let installation = Installation(directory: path)
      _ = try installation.write("config.json", config)
      let daemon = try installation.makeDaemon()
      defer { daemon.end() }
      let result = await installation.result(daemon)
      #expect(result.exitCode == 1)
      #expect(
        result.errors.contains("The configuration \(path)/config.json: \(words)"),
        "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: installation.socketPath))
    }
  }

  @Test(.enabled("needs root") { geteuid() == 0 })
  func `the socket has the mode and the group of the configuration`() async throws {
    for (settings, mode, group) in [
      (#"{"group": 31050}"#, 0o660, 31_050), (#"{"mode": "0666"}"#, 0o666, Int(getegid())),
      (#"{"mode": "0660", "group": "daemon"}"#, 0o660, 1), ("{}", 0o600, Int(getegid())),
    ] {
      try await Installation.with(config: "{\"socket\": \(settings)}") { installation, _ in
        var status = stat()
        unsafe #expect(lstat(installation.socketPath, &status) == 0)
        #expect(status.st_mode == S_IFSOCK | mode_t(mode) && Int(status.st_gid) == group)
        unsafe #expect(lstat(installation.socketPath + ".lock", &status) == 0)
        #expect(status.st_mode & 0o077 == 0)
      }
    }
  }

  @Test func `a socket is not opened where others could put theirs in its place`() async throws {
    try await withTemporaryDirectory { path in
      let installation = Installation(directory: path)
      _ = try installation.write("config.json", #"{"socket": {"mode": "0666"}}"#)
      unsafe mkdir(path + "/shared", 0o700)
      unsafe chmod(path + "/shared", 0o777)
      let daemon = try installation.makeDaemon(socketPath: path + "/shared/s")
      defer { daemon.end() }
      let result = await installation.result(daemon)
      #expect(
        result.exitCode == 1 && result.errors.contains("\(path)/shared/muster/s"),
        "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: path + "/shared/s"))
    }
  }
}
