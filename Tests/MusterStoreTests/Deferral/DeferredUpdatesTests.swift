import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

struct DeferredUpdatesTests {
  /// A record whose values are the bytes of some texts.
  private func withRecord(
    _ texts: [String], _ body: (UnsafeMutablePointer<CellBytes>) -> Void
  ) {
    let record = UnsafeMutablePointer<CellBytes>.allocate(capacity: MemberRecord.slotCount)
    let scratch = ByteScratch()
    defer { unsafe record.deallocate() }
    for slot in 0..<MemberRecord.slotCount {
      unsafe record[slot] =
        slot < texts.count ? scratch.copy(Array(texts[slot].utf8)) : .blank
    }
    unsafe body(record)
  }

  private func texts(_ record: UnsafePointer<CellBytes>) -> [String] {
    (0..<MemberRecord.slotCount).map {
      unsafe String(decoding: record[$0].buffer, as: UTF8.self)
    }
  }

  @Test("what waits is read as the dictionary has it, and comes in the order of the numbers")
  func agreesWithDictionary() {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed)
    let comment: Comment = "MUSTER_TEST_SEED=\(seed)"
    let deferred = DeferredUpdates()
    for _ in 0..<20 {
      var model: [UInt32: (texts: [String], importSeq: Int64, now: Int64)] = [:]
      for _ in 0..<Int.random(in: 0...500, using: &random) {
        let member = UInt32.random(in: 1...300, using: &random)
        let values = (0..<MemberRecord.slotCount).map { _ in
          let length = random.isOnce(in: 40) ? 70_000 : Int.random(in: 0...9, using: &random)
          return String(repeating: "x", count: length)
        }
        let stamp = MemberStatements.Stamp(
          importSeq: .random(in: 1...9, using: &random), roleID: 2, now: 1_700_000_000)
        unsafe withRecord(values) {
          unsafe deferred.put(member, $0, stamp)
        }
        model[member] = (values, stamp.importSeq, stamp.now)
      }
      unsafe withRecord([]) { record in
        for member: UInt32 in 1...301 {
          #expect(deferred.contains(member) == (model[member] != nil), comment)
          guard unsafe deferred.read(member, into: record) else { continue }
          #expect(unsafe texts(record) == model[member]?.texts, comment)
        }
        let entries = deferred.inOrder()
        #expect(entries.map(\.member) == model.keys.sorted(), comment)
        for entry in entries {
          #expect(entry.stamp.importSeq == model[entry.member]?.importSeq, comment)
          unsafe deferred.unpack(entry, into: record)
          #expect(unsafe texts(record) == model[entry.member]?.texts, comment)
        }
      }
      #expect(deferred.isEmpty == model.isEmpty, comment)
      deferred.removeAll()
      #expect(deferred.isEmpty && deferred.usedBytes == 0 && !deferred.contains(1), comment)
    }
  }
}
