/// Work that waits, each caller's in its own order, and the callers in turn.
///
/// However much one of them brings, each of the others waits for one piece of it at most.
package struct TurnQueue<Caller: Hashable & Sendable, Work: Sendable>: Sendable {
  private struct Piece: Sendable {
    var number: UInt64
    var work: Work
  }

  private var pieces: [Caller: [Piece]] = [:]
  /// The callers that have work, the next one first.
  private var callers: [Caller] = []
  private var lastNumber: UInt64 = 0

  /// Nothing waits.
  package init() {}

  /// How much waits.
  package var count: Int { pieces.values.reduce(0) { $0 + $1.count } }

  /// Adds work behind what its caller has waiting.
  ///
  /// - Returns: What ``remove(_:of:)`` knows it by.
  package mutating func add(_ work: Work, of caller: Caller) -> UInt64 {
    lastNumber += 1
    if pieces[caller] == nil { callers.append(caller) }
    pieces[caller, default: []].append(Piece(number: lastNumber, work: work))
    return lastNumber
  }

  /// The next work, of the caller whose turn it is; nil if nothing waits.
  package mutating func next() -> Work? {
    guard !callers.isEmpty else { return nil }
    let caller = callers.removeFirst()
    guard var waiting = pieces.removeValue(forKey: caller) else { return nil }
    let work = waiting.removeFirst().work
    if !waiting.isEmpty {
      pieces[caller] = waiting
      callers.append(caller)
    }
    return work
  }

  /// Takes work out that nobody waits for any more; nil if its turn has come already.
  package mutating func remove(_ number: UInt64, of caller: Caller) -> Work? {
    guard let place = pieces[caller]?.firstIndex(where: { $0.number == number }) else { return nil }
    let work = pieces[caller]?.remove(at: place).work
    if pieces[caller]?.isEmpty == true {
      pieces[caller] = nil
      callers.removeAll { $0 == caller }
    }
    return work
  }
}
