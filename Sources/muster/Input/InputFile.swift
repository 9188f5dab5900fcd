internal import Glibc
internal import MusterCSV
internal import MusterCore

/// The CSV that is imported: a file, which can be read again, or a pipe, which cannot.
final class InputFile: Sendable {
  /// What people call it.
  let name: String
  let descriptor: Int32
  /// Whether it can be read more than once.
  let isRegular: Bool
  private let device: UInt64
  private let inode: UInt64

  /// Opens a file; `-` is standard input.
  init(_ path: String) throws(CommandFailure) {
    name = path == "-" ? "standard input" : path
    descriptor = unsafe path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(opening: path) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .system("Opening \(path) failed") }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw CommandFailure("\(path) is a directory; name a CSV file.")
    }
    // A file that the shell has begun to read goes on from there, as a pipe does.
    isRegular = status.st_mode & S_IFMT == S_IFREG && lseek(descriptor, 0, SEEK_CUR) == 0
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }

  private static func failure(opening path: String) -> CommandFailure {
    switch errno {
    case ENOENT where !path.hasPrefix("/"):
      CommandFailure(
        "There is no file \(path) in \(absolute(".")); name a CSV file that is there, or - for "
          + "standard input.")
    case ENOENT:
      CommandFailure(
        "There is no file \(path); name a CSV file that is there, or - for standard input.")
    case EACCES:
      CommandFailure(
        "This user may not read \(path); its owner can allow it, or import a copy of it.")
    default: .system("Opening \(path) failed")
    }
  }

  deinit { if descriptor > 0 { close(descriptor) } }

  /// Its path, however the command was told it.
  var absolutePath: String { Self.absolute(name) }

  /// A path from the root, through no link if it leads anywhere.
  static func absolute(_ path: String) -> String {
    if let whole = unsafe realpath(path, nil) {
      defer { unsafe free(whole) }
      return unsafe String(cString: whole)
    }
    guard !path.hasPrefix("/"), let current = unsafe getcwd(nil, 0) else { return path }
    defer { unsafe free(current) }
    return unsafe String(cString: current) + "/" + path
  }

  /// Goes back to the beginning of a regular file.
  func rewind() throws(CommandFailure) {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw .system("Reading \(name) failed") }
  }

  /// Whether a path leads to this very file.
  func isSame(as path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return false }
    return UInt64(status.st_dev) == device && UInt64(status.st_ino) == inode
  }

  /// Says which file a CSV error is about.
  func naming(_ error: any Error) -> any Error {
    guard let error = error as? CSVError else { return error }
    return CommandFailure("\(name): \(error.message)")
  }
}
