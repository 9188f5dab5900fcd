internal import Glibc

/// What stands under a name, or behind a descriptor.
package struct FoundFile: Equatable, Sendable {
  /// What sort of thing it is.
  package enum Kind: Equatable, Sendable {
    case regular, directory, link, pipe, characterDevice, blockDevice, socket
  }

  /// What sort of thing it is.
  package var kind: Kind
  /// The user id of its owner.
  package var owner: UInt32
  /// How many names it has.
  package var linkCount: UInt64
  var device: UInt64
  var inode: UInt64

  /// A thing as a decision needs it.
  package init(kind: Kind, owner: UInt32, linkCount: UInt64 = 1) {
    self.kind = kind
    self.owner = owner
    self.linkCount = linkCount
    device = 0
    inode = 0
  }

  private init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFDIR: .directory
      case S_IFLNK: .link
      case S_IFIFO: .pipe
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      case S_IFSOCK: .socket
      default: .regular
      }
    owner = status.st_uid
    linkCount = UInt64(status.st_nlink)
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }

  /// What a descriptor leads to; nil if it is not open.
  static func of(descriptor: Int32) -> FoundFile? {
    var status = stat()
    return unsafe fstat(descriptor, &status) == 0 ? FoundFile(status) : nil
  }

  /// What stands under a name, the link itself if it is one; nil if nothing can be seen there.
  static func at(_ name: FileName, in directory: Int32) -> FoundFile? {
    var status = stat()
    let code = unsafe name.withCString {
      unsafe fstatat(directory, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    return code == 0 ? FoundFile(status) : nil
  }

  /// Whether this is the very same file.
  func isSame(as other: FoundFile) -> Bool { device == other.device && inode == other.inode }
}
