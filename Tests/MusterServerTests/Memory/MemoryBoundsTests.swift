import MusterCore
import Testing

@testable import MusterServer

/// How the bounds on memory relate to each other, and to what the daemon promises.
@Suite struct MemoryBoundsTests {
  private static let bounds = MemoryBounds()

  @Test func `the largest claim of each stage can be granted`() {
    let plan = Self.bounds.plan
    let largest = MemoryBounds.messageBytesMax * MemoryBounds.valuesPerByte
    #expect(largest < plan.claimBytesMax(.received, isOwner: false))
    #expect(Limits.unpackedChunkBytesMax <= plan.keptBytes[.unpacked] ?? 0)
    #expect(MemoryBounds.checkedBytesMax <= plan.keptBytes[.checked] ?? 0)
    #expect(MemoryBounds.listBytes <= plan.keptBytes[.answers] ?? 0)
    for slotCount in [1, 20, 1_100] {
      let turn = CheckTurn.bytesMax(rowCount: .max, slotCount: slotCount)
      #expect(turn <= MemoryBounds.checkedBytesMax)
    }
  }

  @Test func `all together leave the daemon within 320 MiB`() {
    let calls = TransportBounds().callsMax * (MemoryBounds.openWindowBytes + MemoryBounds.callBytes)
    let unasked = TransportBounds().connectionsMax * MemoryBounds.connectionBytes
    let sum =
      Self.bounds.plan.bytesMax + calls + unasked + WorkspaceBudget.cacheBytesMax
      + MemoryBounds.programBytes
    #expect(sum <= 320 << 20)
  }
}
