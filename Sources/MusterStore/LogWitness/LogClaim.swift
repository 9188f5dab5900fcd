internal import MusterCore

/// What was known, after a commit, of the write-ahead log that the commit lies in.
///
/// A log's frames are counted from its beginning, and each time it begins anew it has other salts
/// (the SQLite file format, section 4.1). Pure.
struct LogClaim: Equatable {
  /// The inode of the database that the log belongs to.
  var database: UInt64
  /// The log's salts, as they stand in its header.
  var salts: UInt64
  /// Frames that are durable; 0 claims nothing.
  var frameCount: UInt32

  /// What there is of a log before SQLite opens it.
  enum Log: Equatable {
    /// No file, or one too short for a header.
    case missing
    /// A header whose checksum is wrong.
    case damagedHeader
    case header(salts: UInt64)
  }

  /// What a claim and a log say together.
  enum Verdict: Equatable {
    /// Nothing contradicts the log.
    case sound
    /// Commits that were acknowledged are gone with the log, or with its header.
    case lost
    /// It is the log of the claim: SQLite must find at least so many frames in it.
    case frames(atLeast: UInt32)
  }

  /// Compares a claim with the log that is there.
  func verdict(on log: Log, database: UInt64) -> Verdict {
    guard frameCount > 0, database == self.database else { return .sound }
    switch log {
    case .missing, .damagedHeader: return .lost
    // The log has begun anew since, which it only does when all of it is in the database.
    case .header(let salts) where salts != self.salts: return .sound
    case .header: return .frames(atLeast: frameCount)
    }
  }
}

// MARK: Bytes

extension LogClaim {
  /// "MSTRLOG1", as the bytes lie in the file.
  private static let magic: UInt64 = 0x3147_4F4C_5254_534D
  /// Bytes of a packed claim: the magic, four numbers and a checksum, little-endian.
  static let byteCount = 40

  /// The claim's bytes.
  func pack() -> [UInt8] {
    let words = [Self.magic, database, salts, UInt64(frameCount)]
    return (words + [Self.checksum(words)]).flatMap { (word: UInt64) -> [UInt8] in
      (0..<8).map { (place: Int) -> UInt8 in UInt8(truncatingIfNeeded: word >> (place * 8)) }
    }
  }

  /// Reads a claim; nil for bytes that are none, or damaged: they claim nothing.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    let words: [UInt64] = (0..<5).map { word in
      bytes[(word * 8)..<(word * 8 + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    guard words[0] == Self.magic, words[4] == Self.checksum(Array(words[..<4])),
      let frameCount = UInt32(exactly: words[3])
    else { return nil }
    self.init(database: words[1], salts: words[2], frameCount: frameCount)
  }

  private static func checksum(_ words: [UInt64]) -> UInt64 {
    words.reduce(0x243F_6A88_85A3_08D3) { sum, word in
      let mixed = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
      return mixed << 31 | mixed >> 33
    }
  }
}

extension LogClaim.Log {
  /// Bytes of a log's header.
  static let headerByteCount = 32

  /// Reads the header of a log (the SQLite file format, section 4.1).
  init(header: [UInt8]) {
    guard header.count >= Self.headerByteCount else {
      self = .missing
      return
    }
    func big(_ place: Int) -> UInt32 {
      header[place..<(place + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
    let magic = big(0)
    guard magic & ~1 == 0x377F_0682 else {
      self = .damagedHeader
      return
    }
    var sums: (UInt32, UInt32) = (0, 0)
    for place in stride(from: 0, to: 24, by: 8) {
      // The lowest bit of the magic tells the order of the bytes that are summed.
      let words = (big(place), big(place + 4))
      let isBig = magic & 1 == 1
      sums.0 = sums.0 &+ (isBig ? words.0 : words.0.byteSwapped) &+ sums.1
      sums.1 = sums.1 &+ (isBig ? words.1 : words.1.byteSwapped) &+ sums.0
    }
    let isRight = sums.0 == big(24) && sums.1 == big(28)
    self = isRight ? .header(salts: UInt64(big(16)) << 32 | UInt64(big(20))) : .damagedHeader
  }
}
