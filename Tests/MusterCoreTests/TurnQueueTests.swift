import Testing

@testable import MusterCore

/// Each caller has its turn, whatever the others bring.
@Suite struct TurnQueueTests {
  @Test func `callers take turns, each in its own order`() {
    var queue = TurnQueue<Int, String>()
    for work in ["a1", "a2", "a3"] { _ = queue.add(work, of: 1) }
    for work in ["b1", "b2"] { _ = queue.add(work, of: 2) }
    _ = queue.add("c1", of: 3)
    #expect(queue.count == 6)
    var order: [String] = []
    while let work = queue.next() { order.append(work) }
    #expect(order == ["a1", "b1", "c1", "a2", "b2", "a3"])
    #expect(queue.count == 0)
  }

  @Test func `what nobody waits for any more is taken out`() {
    var queue = TurnQueue<Int, String>()
    let first = queue.add("a1", of: 1)
    _ = queue.add("a2", of: 1)
    let other = queue.add("b1", of: 2)
    #expect(queue.remove(first, of: 1) == "a1")
    #expect(queue.remove(first, of: 1) == nil)
    #expect(queue.remove(other, of: 2) == "b1")
    #expect(queue.next() == "a2")
    #expect(queue.next() == nil)
    // A caller that has had its turn comes behind the others.
    _ = queue.add("a3", of: 1)
    #expect(queue.next() == "a3")
  }
}
