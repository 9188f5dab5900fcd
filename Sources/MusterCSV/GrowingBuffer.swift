/// Memory that is filled, emptied and filled again, and given back only with its owner.
///
/// An array would do, but for its checks of uniqueness and bounds in the innermost loop.
@safe struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int
  var count = 0

  init(capacity: Int) {
    precondition(capacity > 0, "A growing buffer begins with room for something.")
    unsafe self.base = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  deinit {
    unsafe base.deallocate()
  }

  /// Makes room for so many elements in all, keeping the first `used` of them.
  ///
  /// - Complexity: O(1) while there is room, else O(`used`); capacity at least doubles.
  @inline(__always)
  mutating func reserve(_ needed: Int, keeping used: Int) {
    if needed > capacity { grow(to: needed, keeping: used) }
  }

  @inline(never)
  private mutating func grow(to needed: Int, keeping used: Int) {
    let larger = max(needed, capacity * 2)
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    unsafe moved.update(from: base, count: used)
    unsafe base.deallocate()
    unsafe base = moved
    capacity = larger
  }

  mutating func append(_ element: Element) {
    reserve(count + 1, keeping: count)
    unsafe base[count] = element
    count += 1
  }

  mutating func append(_ source: UnsafePointer<Element>, count added: Int) {
    reserve(count + added, keeping: count)
    unsafe (base + count).update(from: source, count: added)
    count += added
  }
}
