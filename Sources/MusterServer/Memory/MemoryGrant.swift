internal import MusterCore
internal import Synchronization

/// Memory that a call holds; given back when the last reference goes.
final class MemoryGrant: Sendable {
  private let memory: DaemonMemory
  private let claim: MemoryClaim
  private let heldBytes: Mutex<Int>

  init(_ claim: MemoryClaim, of memory: DaemonMemory) {
    self.memory = memory
    self.claim = claim
    heldBytes = Mutex(claim.byteCount)
  }

  deinit { resize(to: 0) }

  var byteCount: Int { heldBytes.withLock { $0 } }

  /// Gives back what is not needed, or counts what was taken beyond it.
  func resize(to byteCount: Int) {
    let change = heldBytes.withLock { held in
      defer { held = byteCount }
      return byteCount - held
    }
    var part = claim
    part.byteCount = abs(change)
    if change < 0 { memory.release(part) }
    if change > 0 { memory.force(part) }
  }
}
