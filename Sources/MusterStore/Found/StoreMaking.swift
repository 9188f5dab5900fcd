internal import Glibc
internal import MusterCore

/// Makes the file of a new workspace.
enum StoreMaking {
  /// Makes it beside its place, whole and on the disk, and gives it its name last: a file that a
  /// crash leaves half made never has that name, and a file that has it is never empty.
  static func make(_ files: StoreFiles) throws(StoreError) {
    removeLeftovers(of: files)
    do throws(StoreError) {
      try fill(files.making)
      removeLog(of: files.making)
      guard unsafe rename(files.making, files.database) == 0 else {
        throw .system("The database \(files.database) cannot be made")
      }
    } catch {
      removeLeftovers(of: files)
      throw error
    }
    try FileSystem.sync(directory: FilePath.directory(of: files.database))
  }

  /// Deletes what a daemon that was killed has left of making a workspace.
  static func removeLeftovers(of files: StoreFiles) {
    unsafe unlink(files.making)
    removeLog(of: files.making)
  }

  private static func removeLog(of path: String) { StoreFiles(path).removeBeside() }

  private static func fill(_ path: String) throws(StoreError) {
    let connection = try Connection(path: path, mode: .writer, cacheBytes: 1024 * 1024)
    try Schema.prepare(connection)
    guard try connection.copyLog(.emptying) else {
      throw StoreError(.unavailable, "The database \(path) is being read by another program.")
    }
  }
}
