/// What is done about the thing that stands where a file is to be written.
package struct TargetRule: Equatable, Sendable {
  /// Whether the file that a link leads to is written.
  package var follows: Bool
  /// Whether an existing file of this user's is replaced.
  package var replacesOwn: Bool
  /// Whether another user's file is replaced.
  package var replacesOthers: Bool

  /// - Parameter replacesOwn: Whether an existing file of this user's is replaced without a word.
  package init(follows: Bool = false, replacesOwn: Bool = true, replacesOthers: Bool = false) {
    self.follows = follows
    self.replacesOwn = replacesOwn || replacesOthers
    self.replacesOthers = replacesOthers
  }

  /// What is done.
  package enum Step: Equatable, Sendable {
    /// A new file is made.
    case create
    /// A new file takes the place of the old one.
    case replace
    /// The file that the link leads to is looked at next.
    case follow
    /// The bytes go into the device or pipe that is there, and it stays.
    case writeThrough
    /// Nothing is written.
    case refuse(Refusal)
  }

  /// Why nothing is written.
  package enum Refusal: Equatable, Sendable {
    case link, directory, blockDevice, socket, exists
    /// In a directory of devices.
    case newFileAmongDevices
    /// Of another user, by id.
    case othersFile(UInt32)
    /// A pipe of another user, by id, who would read what is written.
    case othersPipe(UInt32)
  }

  /// Decides.
  ///
  /// - Parameters:
  ///   - found: What is there; nil is nothing.
  ///   - user: Who writes.
  ///   - isAmongDevices: Whether the directory is that of the machine's devices.
  package func step(
    found: FoundFile?, user: UInt32, isAmongDevices: Bool = false
  ) -> Step {
    switch found?.kind {
    case nil: isAmongDevices ? .refuse(.newFileAmongDevices) : .create
    case .link: follows ? .follow : .refuse(.link)
    case .directory: .refuse(.directory)
    case .blockDevice: .refuse(.blockDevice)
    case .socket: .refuse(.socket)
    // Root alone makes devices.
    case .characterDevice: .writeThrough
    case .pipe:
      // Root may read everything anyhow.
      found?.owner == user || found?.owner == 0
        ? .writeThrough : .refuse(.othersPipe(found?.owner ?? 0))
    case .regular:
      if isAmongDevices {
        .refuse(.newFileAmongDevices)
      } else if let owner = found?.owner, owner != user {
        replacesOthers ? .replace : .refuse(.othersFile(owner))
      } else {
        replacesOwn ? .replace : .refuse(.exists)
      }
    }
  }
}

extension TargetRule.Refusal {
  /// The refusal as a full sentence, with what to do.
  package func sentence(_ path: String) -> String {
    switch self {
    case .link:
      "\(path) is a symbolic link; name another file, or add --follow to write what it leads to."
    case .directory: "\(path) is a directory; name a file in it."
    case .blockDevice: "\(path) is a disk; name a file."
    case .socket: "\(path) is a socket; name a file."
    case .exists: "\(path) is there already; name another file, or say --replace."
    case .newFileAmongDevices: "\(path) would be a file among devices; name another directory."
    case .othersFile(let owner):
      "\(path) belongs to another user (uid \(owner)); name another file, or add --replace to put "
        + "a file of yours in its place."
    case .othersPipe(let owner):
      "\(path) is a pipe of another user (uid \(owner)), who would read what is written; name a "
        + "file or a pipe of yours."
    }
  }
}
