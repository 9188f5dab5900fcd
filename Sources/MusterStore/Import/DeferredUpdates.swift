internal import MusterCore

/// Changes of stored members that are decided and not written yet.
///
/// Part of the writer's open transaction: whoever reads members in it must ask here first, and all
/// of it is written before the commit, in the order of the members' numbers. So the changes of many
/// batches bring each page of the file into the log once, not once for each batch.
@safe final class DeferredUpdates {
  /// One change: the whole record as it will be.
  @safe struct Entry {
    let member: UInt32
    fileprivate(set) var stamp: MemberStatements.Stamp
    /// Lengths of the values, then their bytes.
    fileprivate var packed: UnsafeMutablePointer<UInt8>
  }

  private static let headerBytes = MemberRecord.slotCount * MemoryLayout<UInt32>.stride

  private let scratch = ByteScratch()
  private var entries: [Entry] = []
  private var places: [UInt32: Int32] = [:]
  private(set) var spread = PageSpread()

  init() {}

  var isEmpty: Bool { entries.isEmpty }
  /// Bytes of the records that wait, replaced ones included.
  var usedBytes: Int { scratch.usedBytes }

  @inline(__always)
  func contains(_ member: UInt32) -> Bool { !isEmpty && places[member] != nil }

  /// Takes a change, in the place of an earlier one of the same member.
  func put(
    _ member: UInt32, _ record: UnsafePointer<CellBytes>, _ stamp: MemberStatements.Stamp
  ) {
    let packed = unsafe pack(record)
    if let place = places[member] {
      entries[Int(place)].stamp = stamp
      unsafe entries[Int(place)].packed = unsafe packed
      return
    }
    places[member] = Int32(clamping: entries.count)
    let entry = unsafe Entry(member: member, stamp: stamp, packed: packed)
    entries.append(entry)
    spread.insert(member)
  }

  /// Reads a member's values, if a change of it waits; they stay valid until ``removeAll()``.
  func read(_ member: UInt32, into record: UnsafeMutablePointer<CellBytes>) -> Bool {
    guard !isEmpty, let place = places[member] else { return false }
    unsafe unpack(entries[Int(place)], into: record)
    return true
  }

  func unpack(_ entry: Entry, into record: UnsafeMutablePointer<CellBytes>) {
    var value = unsafe entry.packed + Self.headerBytes
    unsafe entry.packed.withMemoryRebound(to: UInt32.self, capacity: MemberRecord.slotCount) {
      for slot in 0..<MemberRecord.slotCount {
        let count = Int(unsafe $0[slot])
        unsafe record[slot] = unsafe count == 0 ? .blank : CellBytes(count: count, start: value)
        unsafe value += count
      }
    }
  }

  private func pack(_ record: UnsafePointer<CellBytes>) -> UnsafeMutablePointer<UInt8> {
    let packed = unsafe scratch.allocate(Self.headerBytes + Self.valueBytes(record))
    var value = unsafe packed + Self.headerBytes
    unsafe packed.withMemoryRebound(to: UInt32.self, capacity: MemberRecord.slotCount) {
      for slot in 0..<MemberRecord.slotCount {
        let cell = unsafe record[slot]
        guard unsafe cell.count > 0, let start = unsafe cell.start else {
          unsafe $0[slot] = 0
          continue
        }
        unsafe $0[slot] = UInt32(clamping: cell.count)
        unsafe value.update(from: start, count: cell.count)
        unsafe value += cell.count
      }
    }
    return unsafe packed
  }

  /// Bytes of a record's values.
  static func valueBytes(_ record: UnsafePointer<CellBytes>) -> Int {
    (0..<MemberRecord.slotCount).reduce(0) { $0 + max(0, unsafe record[$1].count) }
  }

  /// All changes, in the order of the members' numbers.
  ///
  /// - Complexity: O(n log n) in their number.
  func inOrder() -> [Entry] { entries.sorted { $0.member < $1.member } }

  /// Begins to count pages anew, of so many members each; nothing may wait.
  func beginSpread(membersPerPage: Int) {
    precondition(isEmpty, "DeferredUpdates.beginSpread: changes wait")
    spread = PageSpread(membersPerPage: membersPerPage)
  }

  /// Forgets everything: it is written, or taken back.
  func removeAll() {
    entries.removeAll(keepingCapacity: false)
    places.removeAll(keepingCapacity: false)
    scratch.reset()
    spread = PageSpread()
  }
}
