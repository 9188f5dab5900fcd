import MusterCore
import Testing

/// Rules and permissions as a configuration spells them.
@Suite struct AccessTextTests {
  /// Two users and two groups.
  private struct Accounts: AccountDirectory {
    func user(named name: String) -> UInt32? { ["crm": 1001, "nobody": 65_534][name] }
    func group(named name: String) -> UInt32? { ["staff": 50, "nogroup": 65_534][name] }
  }

  private static func rule(
    user: AccessRuleText.Account? = nil, group: AccessRuleText.Account? = nil,
    workspaces: [String] = ["crm"], scopes: [String] = ["members:read"]
  ) -> AccessRuleText {
    AccessRuleText(user: user, group: group, workspaces: workspaces, scopes: scopes)
  }

  private static func understand(
    _ text: AccessRuleText
  ) throws(ConfigurationProblem) -> AccessRule {
    try AccessRule(text, at: "access.policy[3]", in: Accounts())
  }

  @Test(
    arguments: [
      (
        rule(user: .name("crm")),
        AccessRule(.user(1001), on: .named(["crm"]), scopes: [.readMembers])
      ),
      (
        rule(user: .number(7)), AccessRule(.user(7), on: .named(["crm"]), scopes: [.readMembers])
      ),
      (
        rule(
          group: .name("staff"), workspaces: ["*"], scopes: ["workspace:admin", "members:write"]),
        AccessRule(.group(50), on: .all, scopes: [.administerWorkspace, .writeMembers])
      ),
      (
        rule(group: .number(0), workspaces: ["b", "a"]),
        AccessRule(.group(0), on: .named(["a", "b"]), scopes: [.readMembers])
      ),
    ] as [(AccessRuleText, AccessRule)])
  func `a rule names users and groups by name or number`(
    _ text: AccessRuleText, _ wanted: AccessRule
  ) throws {
    #expect(try Self.understand(text) == wanted)
  }

  @Test(
    arguments: [
      (rule(), "", "about nobody"),
      (rule(user: .name("crm"), group: .name("staff")), "", "a user and a group"),
      (rule(user: .name("cmr")), ".user", "no user \"cmr\"."),
      (rule(user: .name("1001")), ".user", "write a number without quotes."),
      (rule(user: .name("")), ".user", "no user \"\"."),
      (rule(group: .name("crm")), ".group", "no group \"crm\"."),
      (rule(user: .number(-1)), ".user", "-1 is no number of a user."),
      (rule(user: .number(4_294_967_295)), ".user", "is no number of a user."),
      (rule(group: .number(5_000_000_000)), ".group", "is no number of a group."),
      (rule(user: .number(65_534)), ".user", "the number of nobody"),
      (rule(user: .name("nobody")), ".user", "the number of nobody"),
      (rule(group: .name("nogroup")), ".group", "the number of nobody"),
      (rule(user: .name("crm"), workspaces: []), ".workspaces", "no workspace is named"),
      (rule(user: .name("crm"), workspaces: ["a", "B"]), ".workspaces[1]", "\"B\" cannot be"),
      (rule(user: .name("crm"), workspaces: ["../x"]), ".workspaces[0]", "\"../x\" cannot be"),
      (rule(user: .name("crm"), workspaces: [""]), ".workspaces[0]", "\"\" cannot be"),
      (rule(user: .name("crm"), workspaces: ["a", "*"]), ".workspaces[1]", "name no other"),
      (rule(user: .name("crm"), scopes: []), ".scopes", "allows nothing; known: members:read,"),
      (
        rule(user: .name("crm"), scopes: ["members:read", "member:write"]), ".scopes[1]",
        "no scope \"member:write\"; did you mean \"members:write\"?"
      ),
      (rule(user: .name("crm"), scopes: ["*"]), ".scopes[0]", "no scope \"*\"; known: members:"),
    ] as [(AccessRuleText, String, String)])
  func `a rule that nobody understands is refused at its place`(
    _ text: AccessRuleText, _ place: String, _ words: String
  ) {
    let problem = #expect(throws: ConfigurationProblem.self) { try Self.understand(text) }
    #expect(problem?.place == "access.policy[3]" + place)
    #expect(problem?.what.contains(words) == true, "\(problem?.what ?? "")")
  }

  // MARK: The socket

  @Test(
    arguments: [
      (nil, nil, 0o600, nil), (nil, .name("staff"), 0o660, 50), ("0660", nil, 0o660, nil),
      ("660", .number(7), 0o660, 7), ("0600", nil, 0o600, nil), ("0666", nil, 0o666, nil),
      ("0666", .name("staff"), 0o666, 50),
    ] as [(String?, AccessRuleText.Account?, UInt32, UInt32?)])
  func `the socket has one of three modes, and may have a group`(
    _ mode: String?, _ group: AccessRuleText.Account?, _ wanted: UInt32, _ number: UInt32?
  ) throws {
    let permissions = try SocketPermissions.understand(
      mode: mode, group: group, at: "socket", in: Accounts())
    #expect(permissions.mode == wanted && permissions.group == number)
    #expect(permissions.isOpened == (wanted != 0o600))
  }

  @Test(
    arguments: [
      ("0777", nil, "socket.mode"), ("0640", nil, "socket.mode"), ("0606", nil, "socket.mode"),
      ("0400", nil, "socket.mode"), ("", nil, "socket.mode"), ("rw", nil, "socket.mode"),
      ("+660", nil, "socket.mode"), ("06600", nil, "socket.mode"), ("1660", nil, "socket.mode"),
      ("0600", .name("staff"), "socket.mode"), (nil, .name("stuff"), "socket.group"),
      ("0660", .number(65_534), "socket.group"),
    ] as [(String?, AccessRuleText.Account?, String)])
  func `a mode without a sense, and a group that is not there, are refused`(
    _ mode: String?, _ group: AccessRuleText.Account?, _ place: String
  ) {
    let problem = #expect(throws: ConfigurationProblem.self) {
      try SocketPermissions.understand(mode: mode, group: group, at: "socket", in: Accounts())
    }
    #expect(problem?.place == place)
  }
}
