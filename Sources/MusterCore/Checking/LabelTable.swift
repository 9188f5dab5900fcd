internal import Synchronization

/// Finds known labels by their bytes; a snapshot of a catalogue's labels.
@safe final class LabelTable: @unchecked Sendable {
  /// The slugs in byte order: a label's rank is its place here.
  let slugs: [String]
  private let bytes: [UInt8]
  private let starts: [Int]
  private let slots: [Int32]
  private let seed = HashSeed()
  private let nearest = Mutex<NearestIndex?>(nil)

  init(_ slugs: [String]) {
    self.slugs = slugs
    var bytes: [UInt8] = []
    var starts = [0]
    for slug in slugs {
      bytes.append(contentsOf: slug.utf8)
      starts.append(bytes.count)
    }
    var capacity = 16
    while capacity < slugs.count * 2 { capacity *= 2 }
    var slots = [Int32](repeating: -1, count: capacity)
    for rank in slugs.indices {
      var slot = Self.hash(bytes[starts[rank]..<starts[rank + 1]], seed) & (capacity - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (capacity - 1) }
      slots[slot] = Int32(rank)
    }
    self.bytes = bytes
    self.starts = starts
    self.slots = slots
  }

  private static func hash(_ slug: ArraySlice<UInt8>, _ seed: HashSeed) -> Int {
    unsafe slug.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return Int(
        truncatingIfNeeded: unsafe KeyedHash.hash(start, count: buffer.count, tag: 0, seed: seed))
        & Int.max
    }
  }

  /// The labels as hints look for near ones among them; worked out for the first hint.
  func words() -> NearestIndex {
    nearest.withLock { nearest in
      let index = nearest ?? NearestIndex(slugs)
      nearest = index
      return index
    }
  }

  /// The rank of a slug, or nil if there is no such label.
  func rank(of start: UnsafePointer<UInt8>, count: Int) -> Int? {
    var slot =
      Int(truncatingIfNeeded: unsafe KeyedHash.hash(start, count: count, tag: 0, seed: seed))
      & (slots.count - 1)
    while slots[slot] >= 0 {
      let rank = Int(slots[slot])
      if unsafe hasSlug(rank, start, count) { return rank }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func hasSlug(_ rank: Int, _ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let first = starts[rank]
    guard starts[rank + 1] - first == count else { return false }
    for place in 0..<count where unsafe bytes[first + place] != start[place] { return false }
    return true
  }
}
