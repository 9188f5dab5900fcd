internal import CSQLite
internal import MusterCore

/// Finds the members that a hash may stand for: a hash table of 32-bit tags and member numbers.
///
/// 4,096 segments by the tag's top bits, each an open table kept in the order of its tags, so that
/// a search ends at the first larger tag. A segment grows by a quarter when it is three quarters
/// full: no moment at which the whole table is twice in memory. About 12 bytes an entry.
@safe final class IdentityTable {
  @safe private struct Segment {
    var slots: UnsafeMutablePointer<UInt64>? = nil
    var capacity: UInt32 = 0
    var count: UInt32 = 0
    /// Slots beyond the capacity, where the last entries may be pushed to.
    var overflow: UInt32 = 0
  }

  private static let segmentBits: UInt64 = 12
  private static let segmentCount = 1 << Int(segmentBits)
  private static let placeBits: UInt64 = 32 - segmentBits
  private static let overflowSlotsMin: UInt32 = 32

  private let segments: UnsafeMutablePointer<Segment>
  /// The number of entries.
  private(set) var count = 0
  /// Bytes of memory.
  private(set) var byteCount = IdentityTable.segmentCount * MemoryLayout<Segment>.stride

  init() {
    unsafe segments = .allocate(capacity: Self.segmentCount)
    unsafe segments.initialize(repeating: Segment(), count: Self.segmentCount)
  }

  deinit {
    for place in 0..<Self.segmentCount { unsafe segments[place].slots?.deallocate() }
    unsafe segments.deallocate()
  }

  @inline(__always)
  private static func place(_ tag: UInt64, _ capacity: UInt32) -> Int {
    Int(truncatingIfNeeded: ((tag & ((1 << placeBits) - 1)) &* UInt64(capacity)) >> placeBits)
  }

  /// Asks the processor to load what a search for the hash will read.
  @inline(__always)
  func prefetch(_ hash: UInt64) {
    let tag = hash >> 32
    let segment = unsafe segments + Int(truncatingIfNeeded: tag >> Self.placeBits)
    if let slots = unsafe segment.pointee.slots {
      unsafe muster_prefetch(slots + Self.place(tag, segment.pointee.capacity))
    }
  }

  /// The first member that the hash may stand for, or 0.
  @inline(__always)
  func first(_ hash: UInt64) -> UInt32 {
    let tag = hash >> 32
    let segment = unsafe segments + Int(truncatingIfNeeded: tag >> Self.placeBits)
    guard let slots = unsafe segment.pointee.slots else { return 0 }
    var place = unsafe Self.place(tag, segment.pointee.capacity)
    while true {
      let slot = unsafe slots[place]
      let found = slot >> 32
      if slot == 0 || found > tag { return 0 }
      if found == tag { return UInt32(truncatingIfNeeded: slot) }
      place &+= 1
    }
  }

  /// All members that the hash may stand for.
  func all(_ hash: UInt64) -> [UInt32] {
    let tag = hash >> 32
    let segment = unsafe segments + Int(truncatingIfNeeded: tag >> Self.placeBits)
    guard let slots = unsafe segment.pointee.slots else { return [] }
    var members: [UInt32] = []
    var place = unsafe Self.place(tag, segment.pointee.capacity)
    while unsafe slots[place] != 0, unsafe slots[place] >> 32 <= tag {
      if unsafe slots[place] >> 32 == tag {
        members.append(unsafe UInt32(truncatingIfNeeded: slots[place]))
      }
      place += 1
    }
    return members
  }

  /// Adds an entry; the pair must not be there yet.
  ///
  /// - Complexity: O(1) but for a quarter's growth of one segment now and then.
  func insert(_ hash: UInt64, _ member: UInt32) {
    let tag = hash >> 32
    let slot = tag << 32 | UInt64(member)
    let segment = unsafe segments + Int(truncatingIfNeeded: tag >> Self.placeBits)
    if unsafe UInt64(segment.pointee.count) * 4 >= UInt64(segment.pointee.capacity) * 3 {
      unsafe grow(segment)
    }
    while unsafe !put(slot, in: segment) { unsafe grow(segment, fullOverflow: true) }
    unsafe segment.pointee.count += 1
    count += 1
  }

  /// Takes an entry away.
  ///
  /// - Returns: Whether it was there.
  @discardableResult
  func remove(_ hash: UInt64, _ member: UInt32) -> Bool {
    let tag = hash >> 32
    let slot = tag << 32 | UInt64(member)
    let segment = unsafe segments + Int(truncatingIfNeeded: tag >> Self.placeBits)
    guard let slots = unsafe segment.pointee.slots else { return false }
    var place = unsafe Self.place(tag, segment.pointee.capacity)
    while unsafe slots[place] != slot {
      if unsafe slots[place] == 0 || slots[place] > slot { return false }
      place += 1
    }
    // Entries behind it that were pushed on move back.
    while unsafe slots[place + 1] != 0,
      unsafe Self.place(slots[place + 1] >> 32, segment.pointee.capacity) <= place
    {
      unsafe slots[place] = unsafe slots[place + 1]
      place += 1
    }
    unsafe slots[place] = 0
    unsafe segment.pointee.count -= 1
    count -= 1
    return true
  }

  /// - Returns: false if there is no room behind the slot's place.
  private func put(_ slot: UInt64, in segment: UnsafeMutablePointer<Segment>) -> Bool {
    guard let slots = unsafe segment.pointee.slots else { return false }
    // The very last slot stays empty, so that every search ends.
    let end = unsafe Int(segment.pointee.capacity + segment.pointee.overflow) - 1
    var place = unsafe Self.place(slot >> 32, segment.pointee.capacity)
    while unsafe slots[place] != 0 && slots[place] < slot { place += 1 }
    var empty = place
    while unsafe slots[empty] != 0 { empty += 1 }
    guard empty < end else { return false }
    while empty > place {
      unsafe slots[empty] = unsafe slots[empty - 1]
      empty -= 1
    }
    unsafe slots[place] = slot
    return true
  }

  /// Makes room for so many entries at once, if they are spread as hashes are.
  func reserve(_ entries: Int) {
    let capacity = UInt32(clamping: entries / Self.segmentCount * 3 / 2 + 8)
    for place in 0..<Self.segmentCount where unsafe segments[place].capacity < capacity {
      unsafe grow(segments + place, to: capacity)
    }
  }

  /// Gives a segment a quarter more room, or as much as asked for, and twice as much behind its end
  /// if that was full.
  private func grow(
    _ segment: UnsafeMutablePointer<Segment>, to wanted: UInt32 = 8, fullOverflow: Bool = false
  ) {
    let old = unsafe segment.pointee
    let capacity = max(wanted, old.capacity + old.capacity / 4 + 1)
    var overflow = max(Self.overflowSlotsMin, old.overflow * (fullOverflow ? 2 : 1))
    var moved = unsafe Self.copy(old, capacity: capacity, overflow: overflow)
    while unsafe moved == nil {
      overflow *= 2
      unsafe moved = unsafe Self.copy(old, capacity: capacity, overflow: overflow)
    }
    unsafe old.slots?.deallocate()
    unsafe segment.pointee.slots = unsafe moved
    unsafe segment.pointee.capacity = capacity
    unsafe segment.pointee.overflow = overflow
    let slotsMore = Int(capacity + overflow) - Int(old.capacity + old.overflow)
    byteCount += slotsMore * MemoryLayout<UInt64>.stride
  }

  /// The entries of a segment in new slots; nil if they would be pushed beyond the end.
  private static func copy(
    _ old: Segment, capacity: UInt32, overflow: UInt32
  ) -> UnsafeMutablePointer<UInt64>? {
    let total = Int(capacity + overflow)
    let slots = UnsafeMutablePointer<UInt64>.allocate(capacity: total)
    unsafe slots.initialize(repeating: 0, count: total)
    guard let oldSlots = unsafe old.slots else { return unsafe slots }
    var next = 0
    for place in 0..<(Int(old.capacity + old.overflow)) where unsafe oldSlots[place] != 0 {
      next = max(next, unsafe Self.place(oldSlots[place] >> 32, capacity))
      guard next < total - 1 else {
        unsafe slots.deallocate()
        return nil
      }
      unsafe slots[next] = unsafe oldSlots[place]
      next += 1
    }
    return unsafe slots
  }
}
