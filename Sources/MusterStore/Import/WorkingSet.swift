internal import CSQLite
internal import MusterCore

/// The members that one batch of rows reads, makes or changes, in memory.
///
/// Rows are decided against it in their order; the database is read and written in the order of the
/// member numbers. Values point into the chunk, or into scratch that goes with the next batch.
@safe final class WorkingSet {
  /// Members of one batch; bounds the memory to 11.5 MB of values.
  static let membersMax = 4 * 4096

  private let values: UnsafeMutablePointer<CellBytes>
  private let numbers: UnsafeMutablePointer<UInt32>
  private let dirty: UnsafeMutablePointer<Bool>
  /// Finds a member's place: open addressing, a power of two, cleared with every batch.
  private let slots: UnsafeMutablePointer<Int32>
  private var slotMask = 255
  private(set) var count = 0
  let scratch = ByteScratch()

  init() {
    unsafe values = .allocate(capacity: Self.membersMax * MemberRecord.slotCount)
    unsafe numbers = .allocate(capacity: Self.membersMax)
    unsafe dirty = .allocate(capacity: Self.membersMax)
    unsafe slots = .allocate(capacity: Self.membersMax * 2)
    unsafe slots.initialize(repeating: -1, count: Self.membersMax * 2)
  }

  deinit {
    unsafe values.deallocate()
    unsafe numbers.deallocate()
    unsafe dirty.deallocate()
    unsafe slots.deallocate()
  }

  /// Forgets everything, and makes room to find up to so many members.
  func reset(membersMax: Int) {
    precondition(membersMax <= Self.membersMax, "WorkingSet.reset: the batch is too large")
    count = 0
    scratch.reset()
    var wanted = 256
    while wanted < membersMax * 2 { wanted *= 2 }
    unsafe slots.update(repeating: -1, count: wanted)
    slotMask = wanted - 1
  }

  /// The number of a member in the set.
  @inline(__always)
  func member(_ place: Int) -> UInt32 {
    precondition(place < count, "WorkingSet.member: no such place")
    return unsafe numbers[place]
  }

  @inline(__always)
  private func slot(of member: UInt32) -> Int {
    let mask = slotMask
    var slot = Int(truncatingIfNeeded: member &* 0x9E37_79B1) & mask
    while unsafe slots[slot] >= 0, unsafe numbers[Int(slots[slot])] != member {
      slot = (slot &+ 1) & mask
    }
    return slot
  }

  /// Where a member is, or nil if it is not in the set.
  @inline(__always)
  func place(of member: UInt32) -> Int? {
    let place = unsafe slots[slot(of: member)]
    return place < 0 ? nil : Int(place)
  }

  /// Adds a member that is not in the set yet; its record is not initialized.
  func add(_ member: UInt32) -> Int {
    let place = count
    precondition(place * 2 <= slotMask, "WorkingSet.add: the batch is too large")
    unsafe slots[slot(of: member)] = Int32(place)
    unsafe numbers[place] = member
    unsafe dirty[place] = false
    count = place + 1
    return place
  }

  /// A member's values.
  @inline(__always)
  func record(_ place: Int) -> UnsafeMutablePointer<CellBytes> {
    unsafe values + place * MemberRecord.slotCount
  }

  /// The member must be written when the batch ends.
  func markDirty(_ place: Int) { unsafe dirty[place] = true }

  /// The member has been written.
  func clearDirty(_ place: Int) { unsafe dirty[place] = false }

  /// Takes back the last ``add(_:)``.
  func removeLast() {
    guard count > 0 else { return }
    unsafe slots[slot(of: numbers[count - 1])] = -1
    count -= 1
  }

  /// The places of the changed members, in the order of their numbers.
  func dirtyPlaces() -> [Int] {
    (0..<count).filter { unsafe dirty[$0] }.sorted { unsafe numbers[$0] < numbers[$1] }
  }
}
