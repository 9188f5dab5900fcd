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
  private(set) var members: [UInt32] = []
  private var isDirty: [Bool] = []
  /// Finds a member's place: open addressing, a power of two, cleared with every batch.
  private var slots: [Int32] = []
  let scratch = ByteScratch()

  init() {
    unsafe values = .allocate(capacity: Self.membersMax * MemberRecord.slotCount)
    members.reserveCapacity(Self.membersMax)
  }

  deinit { unsafe values.deallocate() }

  /// Forgets everything, and makes room to find up to so many members.
  func reset(membersMax: Int) {
    members.removeAll(keepingCapacity: true)
    isDirty.removeAll(keepingCapacity: true)
    scratch.reset()
    var wanted = 256
    while wanted < membersMax * 2 { wanted *= 2 }
    if slots.count != wanted {
      slots = [Int32](repeating: -1, count: wanted)
    } else {
      for place in slots.indices { slots[place] = -1 }
    }
  }

  var count: Int { members.count }

  @inline(__always)
  private func slot(of member: UInt32) -> Int {
    var slot = Int(truncatingIfNeeded: member &* 0x9E37_79B1) & (slots.count - 1)
    while slots[slot] >= 0, members[Int(slots[slot])] != member { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  /// Where a member is, or nil if it is not in the set.
  @inline(__always)
  func place(of member: UInt32) -> Int? {
    let place = slots[slot(of: member)]
    return place < 0 ? nil : Int(place)
  }

  /// Adds a member that is not in the set yet; its record is not initialized.
  func add(_ member: UInt32) -> Int {
    precondition(members.count < Self.membersMax, "WorkingSet.add: the batch is too large")
    let place = members.count
    slots[slot(of: member)] = Int32(place)
    members.append(member)
    isDirty.append(false)
    return place
  }

  /// A member's values.
  @inline(__always)
  func record(_ place: Int) -> UnsafeMutablePointer<CellBytes> {
    unsafe values + place * MemberRecord.slotCount
  }

  /// The member must be written when the batch ends.
  func markDirty(_ place: Int) { isDirty[place] = true }

  /// The member has been written.
  func clearDirty(_ place: Int) { isDirty[place] = false }

  /// Takes back the last ``add(_:)``.
  func removeLast() {
    guard let last = members.last else { return }
    slots[slot(of: last)] = -1
    members.removeLast()
    isDirty.removeLast()
  }

  /// The places of the changed members, in the order of their numbers.
  func dirtyPlaces() -> [Int] {
    members.indices.filter { isDirty[$0] }.sorted { members[$0] < members[$1] }
  }
}
