internal import Glibc
internal import MusterCore

/// A journal beside a database, from which SQLite would take pages back.
///
/// A workspace's file is written through its log. Only when a database without one, a backup, is
/// opened for the first time does SQLite write a page of it directly, the first, and keep that in a
/// journal: a crash then leaves one. Any other journal is another database's.
enum RollbackJournal {
  /// Has SQLite take back what a crash has left half done.
  ///
  /// - Throws: `dataLoss` for a journal that is none of ours.
  static func settle(_ files: StoreFiles) throws(StoreError) {
    let header = read(files.journal)
    // Without its magic, SQLite does not take it for one.
    guard header.starts(with: magic) else { return }
    var status = stat()
    guard unsafe lstat(files.database, &status) == 0 else { return }
    func big(_ place: Int) -> Int64 {
      header[place..<(place + 4)].reduce(0) { $0 << 8 | Int64($1) }
    }
    // Pages in it, pages of the database, bytes before the first page, bytes of a page, its number.
    let (pages, sectorBytes, pageBytes) = (big(16), big(20), big(24))
    guard big(8) <= 1 || big(8) == Int64(UInt32.max), pageBytes > 0,
      pages * pageBytes == Int64(status.st_size), sectorBytes + 4 <= header.count,
      big(Int(sectorBytes)) <= 1
    else {
      throw StoreError(
        .dataLoss,
        "The journal \(files.journal) does not belong to the database \(files.database) as it is:"
          + " a workspace is not written by way of a journal. Stop the daemon, remove"
          + " \(files.journal), and start it again.")
    }
    try Connection.takeBackUnfinished(files.database)
  }

  /// The first bytes of a journal (the SQLite file format, section 3).
  private static let magic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
  private static let headerBytes = 65_536 + 4

  private static func read(_ path: String) -> [UInt8] {
    let file = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return [] }
    defer { close(file) }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: headerBytes) { buffer, filled in
      unsafe filled = max(0, pread(file, buffer.baseAddress, headerBytes, 0))
    }
    return bytes.count >= 28 ? bytes : []
  }
}
