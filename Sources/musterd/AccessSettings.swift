internal import MusterCore

/// The group `access` of the settings file.
struct AccessSettings: Decodable {
  private var policy: [Rule] = []

  private struct Rule: Decodable {
    var text: AccessRuleText

    init(from decoder: any Decoder) throws {
      let keys = try KnownKeys(decoder, ["user", "group", "workspaces", "scopes"])
      let user: AccountSetting? = try keys.value("user")
      let group: AccountSetting? = try keys.value("group")
      text = AccessRuleText(
        user: user?.account, group: group?.account,
        workspaces: try keys.required("workspaces"), scopes: try keys.required("scopes"))
    }
  }

  init() {}

  init(from decoder: any Decoder) throws {
    policy = try KnownKeys(decoder, ["policy"]).value("policy") ?? []
  }

  /// The rules, in their order.
  ///
  /// - Throws: A problem that names the place in the file.
  func rules(in accounts: some AccountDirectory) throws(ConfigurationProblem) -> [AccessRule] {
    var rules: [AccessRule] = []
    for (number, rule) in policy.enumerated() {
      rules.append(try AccessRule(rule.text, at: "access.policy[\(number)]", in: accounts))
    }
    return rules
  }
}

/// The group `socket` of the settings file.
struct SocketSettings: Decodable {
  private var mode: String?
  private var group: AccountSetting?

  init() {}

  init(from decoder: any Decoder) throws {
    let keys = try KnownKeys(decoder, ["mode", "group"])
    mode = try keys.value("mode")
    group = try keys.value("group")
  }

  /// What they mean.
  ///
  /// - Throws: A problem that names the place in the file.
  func permissions(
    in accounts: some AccountDirectory
  ) throws(ConfigurationProblem) -> SocketPermissions {
    try SocketPermissions.understand(
      mode: mode, group: group?.account, at: "socket", in: accounts)
  }
}

/// A user or a group: a text is a name, a number is its number.
private struct AccountSetting: Decodable {
  var account: AccessRuleText.Account

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let name = try? value.decode(String.self) {
      account = .name(name)
    } else if let number = try? value.decode(Int64.self) {
      account = .number(number)
    } else {
      throw ConfigurationProblem(
        Configuration.place(decoder.codingPath), "a name in quotes or a number belongs there.")
    }
  }
}
