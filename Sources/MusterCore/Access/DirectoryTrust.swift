/// Whether nobody but a program's own user and root can put files into a directory, or another
/// directory in its place. Pure.
public struct DirectoryTrust: Sendable, Equatable {
  /// Whose a directory is, and who may write to it.
  public struct Entry: Sendable, Equatable {
    /// The user that it belongs to.
    public var owner: UInt32
    /// Its permissions, with the sticky bit.
    public var mode: UInt32

    /// An entry of a directory.
    public init(owner: UInt32, mode: UInt32) {
      self.owner = owner
      self.mode = mode
    }

    /// Whether its group, or everybody, may write to it.
    public var isShared: Bool { mode & 0o022 != 0 }

    /// Whether those who may write to it may also rename what is another's in it.
    public var isFreeForAll: Bool { isShared && mode & 0o1000 == 0 }
  }

  /// What is wrong with it.
  public enum Fault: Sendable, Equatable {
    case otherOwner(UInt32)
    /// Others may write to it.
    case shared
    /// Others may put another directory in its place.
    case sharedParent
  }

  /// The program's own user.
  public var user: UInt32

  /// The rule for a program's user.
  public init(user: UInt32) { self.user = user }

  private func isTrusted(_ owner: UInt32) -> Bool { owner == user || owner == 0 }

  /// What is wrong with a directory that only the program's user may write to.
  ///
  /// One that is the user's alone (mode 0700) may be in a directory that others may write to, as
  /// one that the program has made there is: whatever they put in its place is another's.
  ///
  /// - Parameter parents: The directories that the directory, and a link that leads to it, are in.
  public func fault(of directory: Entry, in parents: [Entry]) -> Fault? {
    guard isTrusted(directory.owner) else { return .otherOwner(directory.owner) }
    guard !directory.isShared else { return .shared }
    if directory.owner == user, directory.mode & 0o077 == 0 { return nil }
    return parents.contains { $0.isFreeForAll || !isTrusted($0.owner) } ? .sharedParent : nil
  }
}
