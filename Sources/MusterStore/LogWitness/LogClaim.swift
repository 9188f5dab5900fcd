internal import MusterCore

/// What was known, after a commit, of the write-ahead log that the commit lies in.
///
/// A log's frames are counted from its beginning, and each time it begins anew it has other salts
/// (the SQLite file format, section 4.1). Pure.
struct LogClaim: Equatable {
  /// The mark of the database that the log belongs to; nil in what versions wrote whose databases
  /// had no mark.
  var mark: Mark?
  /// The log's salts, as they stand in its header.
  var salts: UInt64
  /// Frames that are durable; 0 claims nothing.
  var frameCount: UInt32

  /// What a claim keeps of a ``StoreMark``.
  struct Mark: Equatable {
    var store: UInt64
    var log: UInt64

    init(store: UInt64, log: UInt64) {
      self.store = store
      self.log = log
    }

    init(_ mark: StoreMark) { self.init(store: mark.store, log: mark.log) }
  }

  /// What a claim and a log say together.
  enum Verdict: Equatable {
    /// Nothing contradicts the log.
    case sound
    /// Commits that were acknowledged are gone with the log, or with its header.
    case lost
    /// It is the log of the claim, and has lost its end.
    case cut(wanted: UInt32)
    /// It is another log, and not one that came after that of the claim.
    case other
  }

  /// How often a log may begin anew between two claims that reach the disk.
  private static let restartsMax: UInt32 = 65_536

  /// Compares a claim with the log that is there: its salts and sound frames; nil if it is gone, or
  /// its header.
  func verdict(on log: (salts: UInt64, frameCount: UInt32)?) -> Verdict {
    guard frameCount > 0 else { return .sound }
    guard let log else { return .lost }
    if log.salts == salts {
      return log.frameCount < frameCount ? .cut(wanted: frameCount) : .sound
    }
    // A log that begins anew has the next number as its first salt, and does so only when all of it
    // is in the database.
    let restarts = UInt32(truncatingIfNeeded: log.salts >> 32) &- UInt32(salts >> 32)
    return (1...Self.restartsMax).contains(restarts) ? .sound : .other
  }
}

// MARK: Bytes

extension LogClaim {
  /// "MSTRLOG1" and "MSTRLOG2", as the bytes lie in the file.
  private static let unmarkedMagic: UInt64 = 0x3147_4F4C_5254_534D
  private static let magic: UInt64 = 0x3247_4F4C_5254_534D
  /// Bytes of a packed claim: the magic, four numbers and a checksum, little-endian.
  static let byteCount = 48

  /// The claim's bytes.
  func pack() -> [UInt8] {
    let words = [Self.magic, mark?.store ?? 0, mark?.log ?? 0, salts, UInt64(frameCount)]
    return Self.bytes(words + [Self.checksum(words)])
  }

  /// Reads a claim; nil for bytes that are none, or damaged.
  ///
  /// Versions before wrote the number of the database's file in place of its mark. That says
  /// nothing of a file that was copied, and is left out.
  init?(_ bytes: [UInt8]) {
    guard bytes.count.isMultiple(of: 8), (5...6).contains(bytes.count / 8) else { return nil }
    let words = Self.words(bytes)
    let isMarked = words.count == 6
    guard words[0] == (isMarked ? Self.magic : Self.unmarkedMagic),
      words[words.count - 1] == Self.checksum(Array(words.dropLast())),
      let frameCount = UInt32(exactly: words[words.count - 2])
    else { return nil }
    self.init(
      mark: isMarked ? Mark(store: words[1], log: words[2]) : nil, salts: words[words.count - 3],
      frameCount: frameCount)
  }

  private static func checksum(_ words: [UInt64]) -> UInt64 {
    words.reduce(0x243F_6A88_85A3_08D3) { sum, word in
      let mixed = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
      return mixed << 31 | mixed >> 33
    }
  }

  /// Numbers as bytes, little-endian.
  static func bytes(_ words: [UInt64]) -> [UInt8] {
    words.flatMap { (word: UInt64) -> [UInt8] in
      (0..<8).map { (place: Int) -> UInt8 in UInt8(truncatingIfNeeded: word >> (place * 8)) }
    }
  }

  /// Little-endian numbers; their count is a whole one.
  static func words(_ bytes: [UInt8]) -> [UInt64] {
    (0..<(bytes.count / 8)).map { word in
      bytes[(word * 8)..<(word * 8 + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
  }
}
