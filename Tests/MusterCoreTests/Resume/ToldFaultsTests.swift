import MusterCore
import Testing

struct ToldFaultsTests {
  /// Expects which faults of a stream are told, by their rows from 1.
  private func expect(_ faults: inout ToldFaults, _ rows: [UInt64], _ wanted: [UInt64]) {
    var told: [UInt64] = []
    for row in rows where faults.isNew(row: row) { told.append(row) }
    #expect(told == wanted)
  }

  @Test func `each fault is told once, however often its row is sent`() {
    var faults = ToldFaults()
    expect(&faults, [1, 3, 3, 9], [1, 3, 3, 9])
    faults.goOn(atRow: 0)
    expect(&faults, [1, 3, 3, 9, 12], [12])
    faults.goOn(atRow: 5)
    expect(&faults, [9, 12, 13], [13])
  }

  @Test func `a row whose faults came half is told to its end`() {
    var faults = ToldFaults()
    expect(&faults, [4, 4], [4, 4])
    faults.goOn(atRow: 0)
    expect(&faults, [4, 4, 4], [4])
    faults.goOn(atRow: 0)
    expect(&faults, [4, 4, 4, 4], [4])
  }

  @Test func `a row that was faultless before is told between those that were not`() {
    var faults = ToldFaults()
    expect(&faults, [2, 8], [2, 8])
    faults.goOn(atRow: 0)
    expect(&faults, [2, 5, 8], [5])
    faults.goOn(atRow: 0)
    expect(&faults, [2, 5, 8], [])
  }

  @Test func `what is durable is forgotten, and a stream that never breaks tells everything`() {
    var faults = ToldFaults()
    for row in 1...1_000 as ClosedRange<UInt64> {
      expect(&faults, [row], [row])
      if row % 100 == 0 { faults.committed(rowsBefore: row) }
    }
    faults.goOn(atRow: 1_000)
    expect(&faults, [1_001, 1_002], [1_001, 1_002])
  }
}
