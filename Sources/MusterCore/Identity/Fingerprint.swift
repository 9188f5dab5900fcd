/// A number that tells whether a member has exactly a row's values.
///
/// The sum of the keyed hashes of all values of a member, form values taken together as one. Equal
/// sums mean equal values but for 2^-64; a row with blank cells where the member has values gives
/// another sum, and is then compared value by value.
public enum Fingerprint {
  /// What one value adds.
  ///
  /// - Parameter slot: The field's place; ``MemberField/count`` for all form values together.
  @inlinable @inline(__always)
  public static func hash(_ value: CellBytes, slot: Int, seed: HashSeed) -> UInt64 {
    guard let start = unsafe value.start else { return 0 }
    return unsafe KeyedHash.hash(start, count: value.count, tag: UInt64(slot), seed: seed)
  }

  /// The fingerprint of a stored member.
  ///
  /// - Parameter record: Its values, ``MemberRecord/slotCount`` of them.
  public static func of(_ record: UnsafePointer<CellBytes>, seed: HashSeed) -> UInt64 {
    var sum: UInt64 = 0
    for slot in 0..<MemberRecord.slotCount where unsafe record[slot].count > 0 {
      sum &+= unsafe hash(record[slot], slot: slot, seed: seed)
    }
    return sum == 0 ? 1 : sum
  }
}

/// How the store lays a member out: the member fields, then all form values together.
public enum MemberRecord {
  /// The place of the form values.
  public static let forms = MemberField.count
  /// Values of one record.
  public static let slotCount = MemberField.count + 1
}

/// The hashes by which identifiers are found; the phone's and the external id's are those of
/// ``Fingerprint``.
public enum IdentityKey {
  /// The hash of an email's key.
  ///
  /// - Parameter email: The email if it is ASCII, else its key in the sense of ``EmailKey``.
  @inlinable
  public static func emailHash(_ email: CellBytes, seed: HashSeed) -> UInt64 {
    guard let start = unsafe email.start else { return 0 }
    return unsafe KeyedHash.hash(start, count: email.count, tag: 64, seed: seed, foldsASCII: true)
  }

  /// The hash of a stored email's key.
  public static func storedEmailHash(_ email: CellBytes, seed: HashSeed) -> UInt64 {
    guard unsafe email.withSpan({ EmailKey.needsNormalization($0) }) else {
      return unsafe emailHash(email, seed: seed)
    }
    var key = unsafe email.withSpan { EmailKey.make($0) }
    return unsafe key.withUnsafeMutableBufferPointer {
      unsafe emailHash(CellBytes(count: $0.count, start: $0.baseAddress), seed: seed)
    }
  }
}
