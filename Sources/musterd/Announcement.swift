internal import Glibc
internal import MusterCore
internal import MusterFiles

/// Tells the commands of this user who serves a data directory, and on which socket.
enum Announcement {
  /// Writes the record into the data directory.
  ///
  /// Called by the owner of the directory's lock, once the socket is listened on. Relative paths
  /// mean nothing to another process: with one of them there is no record.
  ///
  /// - Returns: The error number of what failed; nil if nothing did.
  static func write(data: String, socket: String) -> Int32? {
    guard data.hasPrefix("/"), socket.hasPrefix("/") else { return nil }
    let bytes = Array(DaemonRecord(processID: getpid(), socketPath: socket).text.utf8)
    do throws(FileFailure) {
      var file = try NewFile(in: Directory(FileName(data)))
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(file.descriptor, buffer.baseAddress, buffer.count)
      }
      guard count == bytes.count else { return count < 0 ? errno : ENOSPC }
      let name = FileName(PrivatePaths.recordName)
      try file.complete(as: name, replaces: true, isDurable: false)
      return nil
    } catch {
      return error.code ?? EPERM
    }
  }
}
