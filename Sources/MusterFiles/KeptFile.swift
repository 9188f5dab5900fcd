internal import Glibc
internal import MusterFaults

/// Files that stay and are opened again and again: locks, logs, notes' companions, witnesses.
package enum KeptFile {
  /// How a file is opened.
  package enum Access: Sendable {
    case read, write, readWrite, append

    fileprivate var flags: Int32 {
      switch self {
      case .read: O_RDONLY
      case .write: O_WRONLY
      case .readWrite: O_RDWR
      case .append: O_RDWR | O_APPEND
      }
    }
  }

  private static let triesMax = 10

  /// Opens a file, and makes it (mode 0600) if there is none and it is to be written.
  ///
  /// Only a regular file of this user, root or the directory's owner is opened, to be written only
  /// if it has no other name: links are not followed, and a pipe makes nobody wait.
  ///
  /// - Returns: Its descriptor, which the caller closes.
  package static func open(_ path: FileName, _ access: Access) throws(FileFailure) -> Int32 {
    if Mutant.makesFilesByName.isOn {
      let opened = unsafe path.withCString {
        unsafe Glibc.open($0, access.flags | O_CREAT | O_CLOEXEC, 0o600)
      }
      guard opened >= 0 else { throw .system("Opening \(path.shown) failed") }
      return opened
    }
    let flags = access.flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    for _ in 0..<triesMax {
      var opened = unsafe path.withCString { unsafe Glibc.open($0, flags) }
      if opened < 0 && errno == ENOENT && access != .read {
        opened = unsafe path.withCString { unsafe Glibc.open($0, flags | O_CREAT | O_EXCL, 0o600) }
        // Another process has just made it.
        if opened < 0 && errno == EEXIST { continue }
      }
      guard opened >= 0 else { throw failure(path, errno) }
      return try checked(opened, path, access)
    }
    throw .system("Opening \(path.shown) failed", code: EEXIST)
  }

  /// Makes a file (mode 0600) where there is none, for a library that opens files by their names.
  package static func make(_ path: FileName) throws(FileFailure) {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let made = unsafe path.withCString { unsafe Glibc.open($0, flags, 0o600) }
    guard made >= 0 else { throw .system("Making \(path.shown) failed") }
    close(made)
  }

  /// Reads a file's first bytes; nil if there is none, or it is not one that ``open(_:_:)`` opens.
  package static func read(_ path: FileName, bytesMax: Int) -> [UInt8]? {
    guard let file = try? open(path, .read) else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: bytesMax)
    var done = 0
    while done < bytesMax {
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(file, buffer.baseAddress.map { unsafe $0 + done }, bytesMax - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      done += count
    }
    return Array(bytes[..<done])
  }

  private static func failure(_ path: FileName, _ code: Int32) -> FileFailure {
    switch code {
    case ELOOP: .refused("\(path.shown) is a symbolic link, which is not followed; remove it.")
    case ENXIO: strange(path)
    default: .system("Opening \(path.shown) failed", code: code)
    }
  }

  private static func strange(_ path: FileName) -> FileFailure {
    .refused("\(path.shown) is not a regular file; remove it.")
  }

  private static func checked(
    _ opened: Int32, _ path: FileName, _ access: Access
  ) throws(FileFailure) -> Int32 {
    do throws(FileFailure) {
      guard let found = FoundFile.of(descriptor: opened), found.kind == .regular else {
        throw strange(path)
      }
      guard
        found.owner == geteuid() || found.owner == 0
          || found.owner == owner(ofDirectoryOf: path)
      else {
        throw .refused(
          "\(path.shown) belongs to another user (uid \(found.owner)), who could change it; remove "
            + "it.")
      }
      guard access == .read || found.linkCount <= 1 else {
        throw .refused("\(path.shown) is a file with another name, too; remove it.")
      }
      return opened
    } catch {
      close(opened)
      throw error
    }
  }

  /// The owner of a directory can do with its files as they like anyhow, as root can.
  private static func owner(ofDirectoryOf path: FileName) -> UInt32? {
    FoundFile.at(FileName(bytes: path.directory.bytes + Array("/.".utf8)), in: AT_FDCWD)?.owner
  }
}
