import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

struct WorkingSetTests {
  @Test("members are found where they were added, and nowhere after a reset")
  func agreesWithDictionary() {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed)
    let comment: Comment = "MUSTER_TEST_SEED=\(seed)"
    let set = WorkingSet()
    for _ in 0..<30 {
      let room = Int.random(in: 1...2_000, using: &random)
      set.reset(membersMax: room)
      #expect(set.count == 0, comment)
      var places: [UInt32: Int] = [:]
      var order: [UInt32] = []
      var dirty: Set<UInt32> = []
      // Numbers that lie close together, or far apart.
      let spread = random.isOnce(in: 2) ? 3_000 : UInt32.max
      for _ in 0..<room * 2 {
        let member = UInt32.random(in: 1...spread, using: &random)
        #expect(set.place(of: member) == places[member], comment)
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
          if let last = order.popLast() {
            set.removeLast()
            places[last] = nil
            dirty.remove(last)
          }
        case 1:
          if let member = order.randomElement(using: &random), let place = places[member] {
            set.markDirty(place)
            dirty.insert(member)
          }
        case 2:
          if let member = order.randomElement(using: &random), let place = places[member] {
            set.clearDirty(place)
            dirty.remove(member)
          }
        default:
          guard places[member] == nil, order.count < room else { continue }
          let place = set.add(member)
          places[member] = place
          order.append(member)
          #expect(set.member(place) == member, comment)
        }
      }
      #expect(set.count == order.count, comment)
      for (member, place) in places { #expect(set.place(of: member) == place, comment) }
      #expect(set.dirtyPlaces().map { set.member($0) } == dirty.sorted(), comment)
    }
  }

  @Test("records keep apart, to the last of a full set")
  func records() {
    let set = WorkingSet()
    set.reset(membersMax: WorkingSet.membersMax)
    for number in 0..<WorkingSet.membersMax {
      let place = set.add(UInt32(number + 1))
      for slot in 0..<MemberRecord.slotCount {
        unsafe set.record(place)[slot] = unsafe CellBytes(count: number * 100 + slot, start: nil)
      }
    }
    for number in 0..<WorkingSet.membersMax {
      guard let place = set.place(of: UInt32(number + 1)) else {
        Issue.record("member \(number + 1) is lost")
        continue
      }
      unsafe #expect(set.record(place)[0].count == number * 100)
      unsafe #expect(set.record(place)[MemberRecord.slotCount - 1].count == number * 100 + 10)
    }
  }
}
