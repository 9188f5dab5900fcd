import MusterCore
import Testing

/// Who may do what.
@Suite struct AccessPolicyTests {
  private static let owner: UInt32 = 990
  private static let policy = AccessPolicy(
    owner: owner,
    rules: [
      AccessRule(.user(1001), on: .named(["crm"]), scopes: [.writeMembers, .readWorkspace]),
      AccessRule(.group(50), on: .all, scopes: [.readMembers]),
      AccessRule(.group(51), on: .named(["crm", "shop"]), scopes: [.administerWorkspace]),
      AccessRule(.user(1002), on: .named(["shop"]), scopes: [.administerMembers]),
    ])

  private static func caller(_ user: UInt32, _ groups: UInt32...) -> AccessCaller {
    AccessCaller(user: user, groups: Set(groups))
  }

  // MARK: Scopes

  @Test func `admin implies write, write implies read, and neither anything of the other area`() {
    let chains: [[AccessScope]] = [
      [.readMembers, .writeMembers, .administerMembers],
      [.readWorkspace, .writeWorkspace, .administerWorkspace],
    ]
    for scope in AccessScope.allCases {
      for other in AccessScope.allCases {
        let wanted = chains.contains { chain in
          guard let own = chain.firstIndex(of: scope), let its = chain.firstIndex(of: other) else {
            return false
          }
          return own >= its
        }
        #expect(scope.implies(other) == wanted, "\(scope) \(other)")
      }
    }
  }

  @Test func `scopes are spelled as the documents say`() {
    #expect(
      AccessScope.allCases.map(\.rawValue) == [
        "members:read", "members:write", "members:admin",
        "workspace:read", "workspace:write", "workspace:admin",
      ])
  }

  // MARK: Callers

  @Test(
    arguments: [
      // the daemon's user, the caller's, whether it may do everything
      (1000, 1000, true), (1000, 0, true), (1000, 1001, false), (1000, 65_534, false),
      (0, 0, true), (0, 1000, false), (0, 65_534, false), (1000, .max, false),
      (65_534, 65_534, true),
    ] as [(UInt32, UInt32, Bool)])
  func `without rules its own user and root may do everything, nobody else anything`(
    _ owner: UInt32, _ user: UInt32, _ may: Bool
  ) {
    let policy = AccessPolicy(owner: owner)
    for group: UInt32 in [0, owner, user, 4242] {
      let caller = Self.caller(user, group)
      #expect(policy.knows(caller) == may)
      #expect(policy.shows("crm", to: caller) == may)
      for scope in AccessScope.allCases {
        #expect(policy.allows(scope, on: "crm", to: caller) == may)
      }
    }
  }

  @Test func `rules take nothing from the daemon's own user and root`() {
    let bound = AccessPolicy(
      owner: Self.owner,
      rules: [
        AccessRule(.user(0), on: .named(["crm"]), scopes: [.readMembers]),
        AccessRule(.user(Self.owner), on: .named(["crm"]), scopes: [.readMembers]),
      ])
    for user in [0, Self.owner] {
      #expect(bound.allows(.administerWorkspace, on: "other", to: Self.caller(user)))
    }
  }

  @Test(
    arguments: [
      // user, groups, workspace, scopes
      (1001, [1001], "crm", [.readMembers, .writeMembers, .readWorkspace]),
      (1001, [1001], "shop", []),
      (1001, [1001], "default", []),
      (1001, [1001, 50], "shop", [.readMembers]),
      (
        1001, [51, 50], "shop",
        [.readMembers, .readWorkspace, .writeWorkspace, .administerWorkspace]
      ),
      (
        1001, [51], "crm",
        [
          .readMembers, .writeMembers, .readWorkspace, .writeWorkspace, .administerWorkspace,
        ]
      ),
      (1002, [], "shop", [.readMembers, .writeMembers, .administerMembers]),
      (1002, [], "crm", []),
      (1003, [50], "anything", [.readMembers]),
      (1003, [1001, 1002], "crm", []),
      // Numbers of users are none of groups.
      (50, [1], "crm", []),
      // Nobody is in no group.
      (65_534, [50, 51], "crm", []),
      (1003, [65_534], "crm", []),
    ] as [(UInt32, Set<UInt32>, String, Set<AccessScope>)])
  func `what any rule allows is allowed, and nothing else`(
    _ user: UInt32, _ groups: Set<UInt32>, _ workspace: String, _ wanted: Set<AccessScope>
  ) {
    let caller = AccessCaller(user: user, groups: groups)
    let allowed = AccessScope.allCases.filter {
      Self.policy.allows($0, on: workspace, to: caller)
    }
    #expect(Set(allowed) == wanted)
    #expect(Self.policy.shows(workspace, to: caller) == !wanted.isEmpty)
  }

  @Test func `no rule is about nobody, not even one that names it`() {
    let policy = AccessPolicy(
      owner: 1,
      rules: [
        AccessRule(.user(65_534), on: .all, scopes: [.readMembers]),
        AccessRule(.group(65_534), on: .all, scopes: [.readMembers]),
        AccessRule(.group(7), on: .all, scopes: [.readMembers]),
      ])
    #expect(!policy.knows(Self.caller(65_534, 7, 65_534)))
    #expect(!policy.knows(Self.caller(1001, 65_534)))
    #expect(policy.knows(Self.caller(1001, 7, 65_534)))
  }

  // MARK: Decisions

  @Test(arguments: MethodAccess.table.keys.sorted())
  func `a method is decided by its scopes on each workspace it is about`(_ name: String) throws {
    let access = try #require(MethodAccess.table[name])
    for isPreview in [false, true] {
      let needed = Set(access.scopes(isPreview: isPreview))
      for scope in AccessScope.allCases {
        for workspaces in [["crm"], ["crm", "shop"], ["shop"]] {
          let policy = AccessPolicy(
            owner: 1, rules: [AccessRule(.user(2), on: .named(["crm"]), scopes: [scope])])
          func decide(_ user: UInt32) -> AccessDecision {
            policy.decide(
              access, on: workspaces, isPreview: isPreview, for: Self.caller(user))
          }
          #expect(decide(1) == .allowed && decide(0) == .allowed)
          #expect(decide(3) == (access == .everybody ? .allowed : .unknownCaller))
          let may = needed.allSatisfy { scope.implies($0) } && workspaces == ["crm"]
          #expect((decide(2) == .allowed) == (may || needed.isEmpty), "\(scope) \(workspaces)")
        }
      }
    }
  }

  @Test func `a decision names what is missing, and where`() {
    let caller = Self.caller(1001, 51)
    func decide(_ name: String, _ workspaces: String...) -> AccessDecision? {
      MethodAccess.table[name].map {
        Self.policy.decide($0, on: workspaces, for: caller)
      }
    }
    let delete = "muster.v1.WorkspaceService/DeleteWorkspace"
    #expect(decide(delete, "crm") == .missing(.administerMembers, workspace: "crm"))
    let rename = "muster.v1.WorkspaceService/RenameWorkspace"
    #expect(decide(rename, "crm", "shop") == .allowed)
    #expect(decide(rename, "crm", "new") == .missing(.administerWorkspace, workspace: "new"))
    let signup = "muster.v1.MemberService/CreateSignup"
    #expect(decide(signup, "crm") == .allowed)
    #expect(decide(signup, "other") == .missing(.writeMembers, workspace: "other"))
  }
}
