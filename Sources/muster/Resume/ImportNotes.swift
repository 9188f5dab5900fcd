internal import Glibc
internal import MusterCore
internal import MusterFiles

/// The notes of imports that run or were interrupted, in the user's state directory.
///
/// An import has two files: its note, and the rows rejected so far, whose lock says that a command
/// is at work on it.
struct ImportNotes {
  private static let noteEnding = ".import"
  private static let faultsEnding = ".faults"
  /// Its time says when something first looked too old.
  private static let ageMark = "too-old"

  private let directory: String

  /// Opens the directory, and makes it if need be; what has been there for too long goes.
  ///
  /// - Throws: `CommandFailure` if nothing can be kept there.
  init(stateDirectory: String?) throws {
    guard let stateDirectory else {
      throw CommandFailure("This user has no home directory; set HOME or XDG_STATE_HOME.")
    }
    directory = stateDirectory + "/imports"
    try OwnDirectory.make(directory)
    removeOld()
  }

  /// All notes, the newest first.
  func all() -> [ImportNote] { entries().compactMap { note(at: $0.path) } }

  /// Takes up the note of an interrupted import.
  ///
  /// - Returns: nil if it is gone: another command has just finished that import.
  /// - Throws: `CommandFailure` if another command is at work on it.
  func takeUp(_ note: ImportNote) throws -> OpenNote? {
    let lock = try lock(note)
    guard self.note(at: path(note, Self.noteEnding)) != nil else { return nil }
    return try write(note, lock, isNew: false)
  }

  /// Writes the note of an import that begins.
  ///
  /// - Throws: `CommandFailure` if it cannot be written, or another command is at work on it.
  func begin(_ note: ImportNote) throws -> OpenNote {
    let lock = try lock(note)
    lock.empty()
    return try write(note, lock, isNew: true)
  }

  private func write(_ note: ImportNote, _ lock: LockFile, isNew: Bool) throws -> OpenNote {
    let name = name(note, Self.noteEnding)
    do {
      var file = try NewFile(in: Directory(FileName(directory)))
      var sink = ByteSink(descriptor: file.descriptor, name: path(note, Self.noteEnding))
      sink.bytes = Array(note.text.utf8)
      try sink.flush()
      try file.complete(as: FileName(name), replaces: true)
    } catch let failure as FileFailure {
      throw CommandFailure(failure)
    }
    return OpenNote(
      importID: note.importID, isNew: isNew, notePath: path(note, Self.noteEnding),
      faultsPath: path(note, Self.faultsEnding), lock: lock)
  }

  private func lock(_ note: ImportNote) throws -> LockFile {
    let lock = try LockFile(path(note, Self.faultsEnding))
    guard lock.take(.exclusive) else {
      throw ImportRunsElsewhere(importID: note.importID)
    }
    return lock
  }

  private func path(_ note: ImportNote, _ ending: String) -> String {
    "\(directory)/\(name(note, ending))"
  }

  /// The name of one of an import's files; ids that callers choose may be the same elsewhere.
  private func name(_ note: ImportNote, _ ending: String) -> String {
    // FNV-1a, 64 bits.
    let place = (note.subject.daemon + "\n" + note.subject.workspace).utf8
      .reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    return "\(note.importID)-\(String(place, radix: 16))\(ending)"
  }

  private func note(at path: String) -> ImportNote? {
    KeptFile.read(FileName(path), bytesMax: ImportNote.bytesMax + 1).flatMap { bytes in
      ImportNote(text: String(decoding: bytes, as: UTF8.self))
    }
  }
}

extension ImportNotes {
  private struct Entry {
    var path: String
    var changed: Int
  }

  /// The files of the notes, the newest first.
  private func entries() -> [Entry] {
    files().filter { $0.path.hasSuffix(Self.noteEnding) }.sorted { $0.changed > $1.changed }
  }

  /// Removes what is over the bounds of age and number, and what belongs to no note.
  private func removeOld() {
    let now = Int(time(nil))
    let mayRemoveOld = mayRemoveOld(now: now)
    for (place, entry) in entries().enumerated() {
      let isOld = mayRemoveOld && Self.isOld(entry, now: now)
      let faults = String(entry.path.dropLast(Self.noteEnding.count)) + Self.faultsEnding
      guard isOld || place >= CommandBounds.notesMax, !LockFile.isTaken(faults) else { continue }
      unsafe unlink(entry.path)
      unsafe unlink(faults)
    }
    guard mayRemoveOld else { return }
    let kept = Set(entries().map { String($0.path.dropLast(Self.noteEnding.count)) })
    for file in files() where Self.isOld(file, now: now) && !file.path.hasSuffix(Self.noteEnding) {
      let isFaults = file.path.hasSuffix(Self.faultsEnding)
      let belongs = isFaults && kept.contains(String(file.path.dropLast(Self.faultsEnding.count)))
      if !belongs { unsafe unlink(file.path) }
    }
  }

  /// Whether a file is over the bound of its kind. A leftover that is younger may be of a command
  /// that is just writing its note.
  private static func isOld(_ entry: Entry, now: Int) -> Bool {
    let isNote = entry.path.hasSuffix(noteEnding)
    let bound =
      isNote ? CommandBounds.noteAgeSecondsMax : CommandBounds.noteLeftoverSecondsMax
    return now - entry.changed > bound
  }

  /// Whether what looks too old may go; leaves or takes away the mark of that.
  private func mayRemoveOld(now: Int) -> Bool {
    let mark = "\(directory)/\(Self.ageMark)"
    var status = stat()
    let markedAt = unsafe stat(mark, &status) == 0 ? Int(status.st_mtim.tv_sec) : nil
    let notes = Set(
      entries().map { String($0.path.dropLast(Self.noteEnding.count)) + Self.faultsEnding })
    let hasOld = files().contains { !notes.contains($0.path) && Self.isOld($0, now: now) }
    switch AgeDecision(hasOld: hasOld, now: now, markedAt: markedAt) {
    case .keep: return false
    case .remove: return true
    case .unmark:
      unsafe unlink(mark)
      return false
    case .mark:
      unsafe unlink(mark)
      if let file = try? KeptFile.open(FileName(mark), .write) {
        // The directory's clock may be another one, on a network's file system.
        let times = [timespec(tv_sec: now, tv_nsec: 0), timespec(tv_sec: now, tv_nsec: 0)]
        unsafe futimens(file, times)
        close(file)
      }
      return false
    }
  }

  private func files() -> [Entry] {
    guard let stream = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(stream) }
    var files: [Entry] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      var status = stat()
      let path = "\(directory)/\(name)"
      if name == Self.ageMark { continue }
      guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      files.append(Entry(path: path, changed: Int(status.st_mtim.tv_sec)))
    }
    return files
  }
}

/// Another command is at work on the same import.
struct ImportRunsElsewhere: Error {
  var importID: String
}

/// The note of the import that this command carries out; nobody else takes it up meanwhile.
final class OpenNote: Sendable {
  let importID: String
  /// Whether this command has begun the import.
  let isNew: Bool
  /// The file of the rows that were rejected so far.
  let faultsPath: String
  private let notePath: String
  private let lock: LockFile

  init(importID: String, isNew: Bool, notePath: String, faultsPath: String, lock: LockFile) {
    self.importID = importID
    self.isNew = isNew
    self.notePath = notePath
    self.faultsPath = faultsPath
    self.lock = lock
  }

  /// Removes the note: there is nothing to go on with.
  func remove() {
    unsafe unlink(notePath)
    unsafe unlink(faultsPath)
  }
}
