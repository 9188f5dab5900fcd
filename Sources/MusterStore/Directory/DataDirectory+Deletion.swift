internal import Dispatch
internal import Glibc
internal import MusterCore
internal import MusterFaults
internal import MusterFiles

/// Deleting the files of a workspace, so that nothing is left of it however that is cut off.
///
/// A file beside the database says that it is to go. Once that is on the disk the workspace is
/// gone, and whoever finds the file, at the next start say, finishes. The database goes last of
/// those that hold members: what is left with it is never taken for something else.
extension DataDirectory {
  static let deletionEnding = "-deleted"

  /// The file that says that a database is to go.
  static func deletionMark(of file: String) -> String { file + deletionEnding }

  /// Decides that a database goes.
  func markDeletion(of file: String) throws(StoreError) {
    Failpoint.deletion.reach()
    let mark = Self.deletionMark(of: file)
    do throws(FileFailure) {
      close(try KeptFile.open(FileName(mark), .write))
    } catch {
      throw StoreError(.unavailable, error.message)
    }
    Failpoint.deletion.reach()
    try FileSystem.sync(directory: FilePath.directory(of: file))
    Failpoint.deletion.reach()
  }

  /// Deletes a database that is to go, and all that belongs to it; does nothing for any other.
  func finishDeletion(of file: String) throws(StoreError) {
    let mark = Self.deletionMark(of: file)
    guard StoreFiles.exists(mark) else { return }
    let files = StoreFiles(file)
    for path in files.ofMembers {
      try FileSystem.remove(path)
      Failpoint.deletion.reach()
    }
    // The mark may only go after what it speaks of.
    try FileSystem.sync(directory: FilePath.directory(of: file))
    Failpoint.deletion.reach()
    try FileSystem.remove(mark)
    Failpoint.deletion.reach()
  }

  /// Finishes what a daemon that was killed had begun with whole workspaces.
  func finishWhatWasCut() throws(StoreError) {
    let directory = path + "/workspaces"
    for name in try FileSystem.names(in: directory) {
      if name.hasSuffix(".db" + Self.deletionEnding) {
        try finishDeletion(of: "\(directory)/\(name.dropLast(Self.deletionEnding.count))")
      } else if let end = name.firstRange(of: ".db" + StoreFiles.makingEnding) {
        StoreMaking.removeLeftovers(of: StoreFiles("\(directory)/\(name[..<end.lowerBound]).db"))
      }
    }
  }

  /// Has workspaces opened, in the background, in which a daemon that was killed has left something
  /// of deleted members.
  func finishErasures() {
    let cut = ((try? list()) ?? []).filter { workspace in
      var status = stat()
      return unsafe stat(StoreFiles(workspace.file).log, &status) == 0 && status.st_size > 0
    }
    guard !cut.isEmpty else { return }
    DispatchQueue.global().async { [weak self] in
      for (name, file) in cut where Self.isErasing(file) { _ = try? self?.workspace(name) }
    }
  }

  private static func isErasing(_ file: String) -> Bool {
    do throws(StoreError) {
      _ = try FoundStore.check(StoreFiles(file))
      let connection = try Connection(path: file, mode: .reader, cacheBytes: 256 * 1024)
      return try connection.integer("SELECT count(*) FROM erasure") > 0
    } catch {
      // Whoever uses it is told.
      return false
    }
  }

  /// A deliberate bug: without a mark, and the database first.
  func removeDatabaseFirst(_ file: String) throws(StoreError) {
    try FileSystem.remove(file)
    for path in StoreFiles(file).ofMembers {
      Failpoint.deletion.reach()
      try FileSystem.remove(path)
    }
  }
}

extension StoreFiles {
  /// All files that hold members, the database last.
  fileprivate var ofMembers: [String] {
    [log, journal, making + "-wal", making + "-journal", making, index, witness, database]
  }
}
