/// What a database says of itself: which store it is, which log belongs to it, and whether it is
/// whole without that log.
///
/// It lies in the only row of the table `store_mark`, so that it goes wherever the database is
/// copied to. Before a log begins, the database gets the number of that log, and the log begins
/// with a transaction that writes the mark again: a log is known by the mark in it. The same mark
/// says, before the first row is in a log, that the database is not whole without it. Pure.
struct StoreMark: Equatable {
  /// Drawn when the store was made; its backups have the same one.
  var store: UInt64
  /// Drawn for each log, and for each backup.
  var log: UInt64
  /// The log before that one, all of which is in the database; 0 if there was none.
  var before: UInt64
  /// Whether the database is in use: what was acknowledged may be in its log alone.
  var isOpen: Bool

  /// A store that is new, or one that a backup is the beginning of.
  static func new(store: UInt64 = .random(in: 1 ... .max)) -> StoreMark {
    StoreMark(store: store, log: .random(in: 1 ... .max), before: 0, isOpen: false)
  }

  /// The mark of the log after this one.
  var next: StoreMark {
    StoreMark(store: store, log: .random(in: 1 ... .max), before: log, isOpen: true)
  }
}

// MARK: Bytes

extension StoreMark {
  private static let magic = Array("MSTRMARK".utf8)
  /// Bytes of a packed mark: the magic and four numbers, little-endian.
  static let byteCount = 40

  /// The mark's bytes.
  func pack() -> [UInt8] {
    Self.magic + LogClaim.bytes([store, log, before, isOpen ? 1 : 0])
  }

  /// Reads a mark; nil for bytes that are none.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount, Array(bytes[..<8]) == Self.magic else { return nil }
    let words = LogClaim.words(Array(bytes[8...]))
    guard words[0] > 0, words[1] > 0, words[3] <= 1 else { return nil }
    self.init(store: words[0], log: words[1], before: words[2], isOpen: words[3] == 1)
  }

  /// Reads the mark in an image of its page, a leaf of a table with one row (the SQLite file
  /// format, sections 1.6 and 2.1); nil for any other page.
  init?(page: [UInt8]) {
    // The page's kind, the number of its rows, and where the first of them lies.
    guard page.count >= 512, page[0] == 0x0D, page[3] == 0, page[4] == 1 else { return nil }
    let row = Int(page[8]) << 8 | Int(page[9])
    // Bytes of the record, the row's number; bytes of its head, NULL for the number, a blob.
    let head = [UInt8(Self.byteCount + 3), 1, 3, 0, UInt8(12 + 2 * Self.byteCount)]
    let bytes = row + head.count
    guard bytes + Self.byteCount <= page.count, Array(page[row..<bytes]) == head else { return nil }
    self.init(Array(page[bytes..<(bytes + Self.byteCount)]))
  }
}
