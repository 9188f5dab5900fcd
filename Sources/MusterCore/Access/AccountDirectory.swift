/// Finds the numbers of users and groups; nil for a name that nobody has.
public protocol AccountDirectory {
  /// The number of a user.
  func user(named name: String) -> UInt32?
  /// The number of a group.
  func group(named name: String) -> UInt32?
}
