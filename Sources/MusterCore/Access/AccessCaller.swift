/// Who makes a call, as far as the policy looks at it: by user and groups, never by the process.
public struct AccessCaller: Sendable, Equatable {
  /// What the kernel says in place of a user or group that it cannot name to us: one of another
  /// user namespace. It stands for anybody, and so no rule is about it.
  public static let nobody: UInt32 = 65_534

  /// The caller's user.
  public var user: UInt32
  /// The caller's groups, the supplementary ones too.
  public var groups: Set<UInt32>

  /// A caller with the groups of its process.
  public init(user: UInt32, groups: Set<UInt32>) {
    self.user = user
    self.groups = groups
  }
}
