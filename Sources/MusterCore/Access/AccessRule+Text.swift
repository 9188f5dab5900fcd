extension AccessRule {
  /// The word that stands for all workspaces.
  public static let allWorkspaces = "*"

  /// Understands a rule of a configuration.
  ///
  /// - Parameter place: Where the rule is.
  /// - Throws: A problem that names the place of the part that is wrong.
  public init(
    _ text: AccessRuleText, at place: String, in accounts: some AccountDirectory
  ) throws(ConfigurationProblem) {
    self.init(
      try Self.subject(of: text, at: place, in: accounts),
      on: try Self.workspaces(text.workspaces, at: "\(place).workspaces"),
      scopes: try Self.scopes(text.scopes, at: "\(place).scopes"))
  }

  private static func subject(
    of text: AccessRuleText, at place: String, in accounts: some AccountDirectory
  ) throws(ConfigurationProblem) -> Subject {
    switch (text.user, text.group) {
    case (let user?, nil):
      .user(
        try AccountNumber.resolve(user, "user", at: "\(place).user") {
          accounts.user(named: $0)
        })
    case (nil, let group?):
      .group(
        try AccountNumber.resolve(group, "group", at: "\(place).group") {
          accounts.group(named: $0)
        })
    case (nil, nil):
      throw ConfigurationProblem(place, "the rule is about nobody; give it a user or a group.")
    case (.some, .some):
      throw ConfigurationProblem(
        place, "the rule has a user and a group; write a rule for each.")
    }
  }

  private static func workspaces(
    _ names: [String], at place: String
  ) throws(ConfigurationProblem) -> Workspaces {
    guard !names.isEmpty else {
      throw ConfigurationProblem(place, "no workspace is named; \"*\" stands for all of them.")
    }
    if names == [allWorkspaces] { return .all }
    for (number, name) in names.enumerated() {
      if name == allWorkspaces {
        throw ConfigurationProblem(
          "\(place)[\(number)]", "\"*\" stands for all workspaces; name no other beside it.")
      }
      guard SlugRule.accepts(name) else {
        throw ConfigurationProblem(
          "\(place)[\(number)]",
          "\"\(CatalogueRule.excerpt(name))\" cannot be a workspace's name: small letters, digits,"
            + " - and _, a letter or digit first, at most \(SlugRule.bytesMax).")
      }
    }
    return .named(Set(names))
  }

  private static func scopes(
    _ names: [String], at place: String
  ) throws(ConfigurationProblem) -> Set<AccessScope> {
    let known = AccessScope.allCases.map(\.rawValue)
    guard !names.isEmpty else {
      throw ConfigurationProblem(
        place, "the rule allows nothing; known: \(known.joined(separator: ", ")).")
    }
    var scopes: Set<AccessScope> = []
    for (number, name) in names.enumerated() {
      guard let scope = AccessScope(rawValue: name) else {
        let near = Nearest.match(name, among: known).map { "; did you mean \"\($0)\"?" }
        throw ConfigurationProblem(
          "\(place)[\(number)]",
          "there is no scope \"\(CatalogueRule.excerpt(name))\""
            + (near ?? "; known: \(known.joined(separator: ", "))."))
      }
      scopes.insert(scope)
    }
    return scopes
  }
}
