import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

struct UndoPackingTests {
  /// Calls a closure with a record of these values, which live for the call.
  private func withRecord(
    _ values: [Int: String], _ body: (UnsafePointer<CellBytes>) throws -> Void
  ) rethrows {
    let scratch = ByteScratch()
    var record = unsafe [CellBytes](repeating: .blank, count: MemberRecord.slotCount)
    for (slot, value) in values { unsafe record[slot] = unsafe scratch.copy(Array(value.utf8)) }
    unsafe try record.withUnsafeBufferPointer { buffer in
      if let start = buffer.baseAddress { unsafe try body(start) }
    }
    withExtendedLifetime(scratch) {}
  }

  private func packed() throws -> [UInt8] {
    var packer = UndoPacker()
    packer.pack(created: 7, count: 300)
    unsafe try withRecord([0: "a@x.org", 3: "Old", 10: #"{"f":{"a":"1","b":"2"}}"#]) { old in
      unsafe try withRecord([3: "Néw", 9: "1", 10: #"{"f":{"b":"3","c":"4"}}"#]) { new in
        unsafe try packer.pack(changed: 4_000_000_000, importSeq: 129, old: old, new: new)
      }
    }
    packer.pack(created: .max - 1, count: 1)
    return packer.bytes
  }

  @Test("what is packed is unpacked, with the places of all records")
  func roundTrip() throws {
    let bytes = try packed()
    let records = try UndoUnpacker.records(of: bytes)
    func hash(_ text: String) -> UInt64 { FieldImage.hash(Array(text.utf8)) }
    func form(_ field: String, _ old: String?, _ new: UInt64) -> FieldImage {
      FieldImage(
        field: .form(Array("f".utf8), Array(field.utf8)), old: old.map { Array($0.utf8) },
        newHash: new)
    }
    let image = BeforeImage(
      member: 4_000_000_000, importSeq: 129,
      fields: [
        FieldImage(field: .slot(0), old: Array("a@x.org".utf8), newHash: 0),
        FieldImage(field: .slot(3), old: Array("Old".utf8), newHash: hash("Néw")),
        FieldImage(field: .slot(9), old: nil, newHash: hash("1")),
        form("a", "1", 0), form("b", "2", hash("3")), form("c", nil, hash("4")),
      ])
    #expect(
      records.map(\.record)
        == [.created(first: 7, count: 300), .changed(image), .created(first: .max - 1, count: 1)])
    #expect(records.map(\.place) == [0, 4, bytes.count - 7])
    #expect(image.fields.map(\.field.columnName).last == "form.f.c")
  }

  @Test("bytes that nobody packed are damage, whatever they are")
  func damaged() throws {
    let bytes = try packed()
    let whole = try UndoUnpacker.records(of: bytes).count
    for count in 0..<bytes.count {
      // Cut between two records it is only shorter.
      if let records = try? UndoUnpacker.records(of: Array(bytes[..<count])) {
        #expect(records.count < whole)
      }
    }
    let seed = testSeed()
    var random = SeededGenerator(seed: seed)
    for _ in 0..<5_000 {
      var mutant = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        mutant[Int.random(in: 0..<mutant.count, using: &random)] = .random(
          in: 0...255, using: &random)
      }
      // It is read or refused; it never traps. MUSTER_TEST_SEED makes a run again.
      _ = try? UndoUnpacker.records(of: mutant)
    }
  }
}
