internal import Glibc
internal import MusterCore

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
    let path = PrivatePaths.record(in: data)
    let bytes = Array(DaemonRecord(processID: getpid(), socketPath: socket).text.utf8)
    let file = unsafe open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { return errno }
    let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
    let failure = count == bytes.count ? nil : count < 0 ? errno : ENOSPC
    close(file)
    if let failure { return failure }
    return unsafe rename(path + ".new", path) == 0 ? nil : errno
  }
}
