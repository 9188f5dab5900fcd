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
    faults.goOn(atRow: 0, faultCount: 0)
    expect(&faults, [1, 3, 3, 9, 12], [12])
    faults.goOn(atRow: 5, faultCount: 0)
    expect(&faults, [9, 12, 13], [13])
  }

  @Test func `a row whose faults came half is told to its end`() {
    var faults = ToldFaults()
    expect(&faults, [4, 4], [4, 4])
    faults.goOn(atRow: 0, faultCount: 0)
    expect(&faults, [4, 4, 4], [4])
    faults.goOn(atRow: 0, faultCount: 0)
    expect(&faults, [4, 4, 4, 4], [4])
  }

  @Test func `a row that was faultless before is told between those that were not`() {
    var faults = ToldFaults()
    expect(&faults, [2, 8], [2, 8])
    faults.goOn(atRow: 0, faultCount: 0)
    expect(&faults, [2, 5, 8], [5])
    faults.goOn(atRow: 0, faultCount: 0)
    expect(&faults, [2, 5, 8], [])
  }

  @Test func `what is durable is forgotten, and a stream that never breaks tells everything`() {
    var faults = ToldFaults()
    for row in 1...1_000 as ClosedRange<UInt64> {
      expect(&faults, [row], [row])
      if row % 100 == 0 { faults.committed(rowsBefore: row) }
    }
    faults.goOn(atRow: 1_000, faultCount: 0)
    expect(&faults, [1_001, 1_002], [1_001, 1_002])
  }

  @Test func `what was told of the rows before one is counted, in parts of a row too`() {
    var faults = ToldFaults()
    expect(&faults, [1, 3, 3, 9], [1, 3, 3, 9])
    #expect(faults.count(rowsBefore: 0) == 0)
    #expect(faults.count(rowsBefore: 3) == 3)
    faults.committed(rowsBefore: 3)
    #expect(faults.count(rowsBefore: 3) == 3)
    #expect(faults.count(rowsBefore: 9) == 4)
    faults.goOn(atRow: 9, faultCount: 6)
    #expect(faults.count(rowsBefore: 9) == 6)
  }

  @Test func `of what the ledger brings again, only what was not told is`() {
    var faults = ToldFaults()
    expect(&faults, [1, 4, 6], [1, 4, 6])
    faults.startAgain()
    expect(&faults, [1, 2, 4, 4, 6], [2, 4])
    // A ledger that broke off in the middle is read once more.
    faults.startAgain()
    expect(&faults, [1, 2, 4, 4, 6, 8], [8])
  }
}
