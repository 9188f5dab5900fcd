internal import Glibc
internal import MusterFaults

/// A file that gets its name when it is complete: a reader never sees half of it, and what was
/// there before stays until then.
///
/// Only its owner may read it, since it holds what members sent. Until it is complete it has no
/// name at all, or, where the file system knows no files without one, a name that nobody can guess.
/// It is made and named in a directory that is opened once. What another user plants in the
/// directory is never opened, followed or written to.
package struct NewFile: ~Copyable {
  /// Linux' O_TMPFILE, which Swift does not see.
  private static let withoutName: Int32 = 0o20000000 | O_DIRECTORY
  /// What the names of unfinished files begin with.
  package static let partPrefix = ".muster-part-"

  /// The file, for reading and writing.
  package let descriptor: Int32
  private let directory: Directory
  /// Its name so far; nil where it has none.
  private var partName: FileName?
  private let identity: FoundFile

  /// Makes a file in a directory.
  ///
  /// - Parameter isNameless: Whether to try to do without a name.
  package init(in directory: Directory, isNameless: Bool = true) throws(FileFailure) {
    let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW
    var made: Int32 = -1
    var partName: FileName?
    if isNameless && Self.canNameLater {
      made = unsafe openat(directory.descriptor, ".", flags | Self.withoutName, 0o600)
    }
    if made < 0 {
      let name = RandomName.make(Self.partPrefix)
      made = unsafe name.withCString {
        unsafe openat(directory.descriptor, $0, flags | O_CREAT | O_EXCL, 0o600)
      }
      guard made >= 0 else {
        throw .system("Making a file in the directory \(directory.path.shown) failed")
      }
      partName = name
    }
    guard let found = FoundFile.of(descriptor: made), found.kind == .regular,
      found.owner == geteuid()
    else {
      close(made)
      throw .refused(
        "The directory \(directory.path.shown) gives new files to another user; name another one.")
    }
    self.init(made, in: directory, partName: partName, found)
  }

  private init(
    _ descriptor: Int32, in directory: Directory, partName: FileName?, _ identity: FoundFile
  ) {
    self.descriptor = descriptor
    self.directory = directory
    self.partName = partName
    self.identity = identity
  }

  /// The mutant of a file that is made under a name that others can guess, whatever stands there.
  init(guessable name: FileName, in directory: Directory) throws(FileFailure) {
    let part = FileName(bytes: name.bytes + Array(".part-\(getpid())".utf8))
    let made = unsafe part.withCString {
      unsafe openat(directory.descriptor, $0, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    }
    guard made >= 0, let found = FoundFile.of(descriptor: made) else {
      throw .system("Making \(part.shown) failed")
    }
    self.init(made, in: directory, partName: part, found)
  }

  deinit {
    close(descriptor)
    if let partName { directory.remove(partName) }
  }

  /// Whether a file without a name can be given one: by the link that the system has to it.
  private static let canNameLater = unsafe access("/proc/self/fd", X_OK) == 0

  /// Makes a file that never gets a name; it is gone when its descriptor is closed.
  ///
  /// - Returns: Its descriptor, for reading and writing, which the caller closes.
  package static func nameless(in directory: Directory) throws(FileFailure) -> Int32 {
    let file = try NewFile(in: directory)
    let kept = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
    guard kept >= 0 else { throw .system("Making a file without a name failed") }
    return kept
  }

  /// Gives the file its name, once all its bytes are written.
  ///
  /// - Parameters:
  ///   - name: Its name in the directory.
  ///   - replaces: Whether a file that has the name already loses it.
  ///   - isDurable: Whether the file survives a power loss from then on.
  package mutating func complete(
    as name: FileName, replaces: Bool, isDurable: Bool = true
  ) throws(FileFailure) {
    guard !isDurable || fsync(descriptor) == 0 else { throw failure(name) }
    if partName == nil {
      if give(name) { return try finish(name, isDurable) }
      guard errno == EEXIST, replaces else { throw failure(name) }
      // Nothing replaces a file but another name.
      let part = RandomName.make(Self.partPrefix)
      guard give(part) else { throw failure(name) }
      partName = part
    }
    guard let part = partName else { return }
    if replaces {
      let code = unsafe part.withCString { from in
        unsafe name.withCString { to in
          unsafe renameat(directory.descriptor, from, directory.descriptor, to)
        }
      }
      guard code == 0 else { throw failure(name) }
    } else {
      let code = unsafe part.withCString { from in
        unsafe name.withCString { to in
          unsafe linkat(directory.descriptor, from, directory.descriptor, to, 0)
        }
      }
      guard code == 0 else { throw failure(name) }
      directory.remove(part)
    }
    partName = nil
    try finish(name, isDurable)
  }

  /// Gives the file without a name one that nothing has.
  private func give(_ name: FileName) -> Bool {
    unsafe name.withCString {
      unsafe linkat(
        AT_FDCWD, "/proc/self/fd/\(descriptor)", directory.descriptor, $0, AT_SYMLINK_FOLLOW) == 0
    }
  }

  private func finish(_ name: FileName, _ isDurable: Bool) throws(FileFailure) {
    // Who may write to the directory can take a name away from a file.
    guard let found = directory.found(name), found.isSame(as: identity) else {
      throw .refused(
        "Another user has put something else in the place of \(name.shown) in "
          + "\(directory.path.shown) while it was written; name a file in a directory that is "
          + "yours.")
    }
    if isDurable { try directory.sync() }
  }

  private func failure(_ name: FileName) -> FileFailure {
    .system("Writing \(name.shown) in \(directory.path.shown) failed")
  }
}
