internal import Glibc
internal import MusterCore
internal import MusterFaults

/// A directory that is held open, and that nobody else can write to.
final class HeldDirectory: Sendable {
  private let path: String
  private let descriptor: Int32

  /// Makes the directory (mode 0700) if there is none, and makes sure that it is safe.
  ///
  /// - Throws: `failedPrecondition` if it is not.
  init(making path: String) throws(StoreError) {
    self.path = path
    try Self.make(path)
    descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("The data directory \(path) cannot be opened") }
    try checkAccess()
    try Self.syncEntry(of: path)
  }

  deinit { close(descriptor) }

  /// Makes directories in it, and makes sure that they are safe and no links.
  func makeSubdirectories(_ names: [String]) throws(StoreError) {
    for name in names {
      let directory = "\(path)/\(name)"
      try Self.make(directory)
      var status = stat()
      guard unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        throw .system("The directory \(directory) cannot be looked at")
      }
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw StoreError(
          .failedPrecondition,
          "\(directory) is \(FileKind.name(status.st_mode)), which no musterd has made; move it"
            + " away."
        )
      }
      if let fault = DirectoryTrust(user: geteuid()).fault(of: Self.entry(status), in: []) {
        throw fault.refusal(directory)
      }
      try Self.syncEntry(of: directory)
    }
  }

  /// Makes sure that its path still leads to it.
  ///
  /// - Throws: `failedPrecondition`.
  func check() throws(StoreError) {
    var (here, held) = (stat(), stat())
    let isThere = unsafe stat(path, &here) == 0 && fstat(descriptor, &held) == 0
    guard isThere, here.st_dev == held.st_dev, here.st_ino == held.st_ino else {
      throw StoreError(
        .failedPrecondition,
        "The data directory \(path) was moved, or another one was put in its place; put it back, or"
          + " restart the daemon.")
    }
  }

  private func checkAccess() throws(StoreError) {
    let trust = DirectoryTrust(user: geteuid())
    var (status, parent, link) = (stat(), stat(), stat())
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw .system("The data directory \(path) cannot be looked at")
    }
    var parents: [DirectoryTrust.Entry] = []
    // Above what it is, and above what leads to it.
    if unsafe fstatat(descriptor, "..", &parent, 0) == 0 { parents.append(Self.entry(parent)) }
    if unsafe stat(FilePath.directory(of: path), &parent) == 0 {
      parents.append(Self.entry(parent))
    }
    if let fault = trust.fault(of: Self.entry(status), in: parents) { throw fault.refusal(path) }
    let isForeignLink =
      unsafe lstat(path, &link) == 0 && link.st_mode & S_IFMT == S_IFLNK
      && link.st_uid != geteuid() && link.st_uid != 0
    if isForeignLink { throw DirectoryTrust.Fault.otherOwner(link.st_uid).refusal(path) }
    try check()
  }

  private static func entry(_ status: stat) -> DirectoryTrust.Entry {
    DirectoryTrust.Entry(owner: status.st_uid, mode: status.st_mode & 0o7777)
  }

  private static func make(_ path: String) throws(StoreError) {
    if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
      throw .system("The directory \(path) cannot be made")
    }
  }

  /// Makes sure that the directory's name survives a power loss: SQLite syncs the directory that
  /// its files are in, and none above it.
  ///
  /// At each start, for the process that made the directory may have been killed before this. One
  /// that may not be read, above ours, is somebody else's to keep.
  private static func syncEntry(of path: String) throws(StoreError) {
    if Mutant.leavesDirectoriesUnsynced.isOn { return }
    let parent = path + "/.."
    guard unsafe access(parent, R_OK) == 0 else { return }
    try FileSystem.sync(directory: parent)
  }
}

extension DirectoryTrust.Fault {
  /// Why a data directory, or one in it, is not used, and what to do.
  fileprivate func refusal(_ path: String) -> StoreError {
    let what =
      switch self {
      case .otherOwner(let owner):
        "The directory \(path) belongs to the user \(owner), and members are only kept in one that"
          + " belongs to the daemon's own user or root; change its owner, or name another one."
      case .shared:
        "Others may write to the directory \(path), and so put files of theirs in it; run: chmod"
          + " go-w '\(path)', or name another directory."
      case .sharedParent:
        "Others may write to the directory that \(path) is in, and so put another one in its place;"
          + " name one in it that musterd makes itself, such as \(path)/muster, or run: chmod 0700"
          + " '\(path)'"
      }
    return StoreError(.failedPrecondition, what)
  }
}
