/// Memory for bytes that are made while rows are checked and merged; handed out in order, given
/// back all at once.
///
/// What it hands out stays where it is until ``reset()`` or the scratch's end.
@safe public final class ByteScratch {
  private var blocks: [UnsafeMutableRawBufferPointer] = unsafe []
  private var used = 0
  /// Bytes handed out since the last reset.
  public private(set) var usedBytes = 0

  private static let blockBytes = 64 * 1024

  /// An empty scratch; the first request takes a block of 64 KiB, or more if it asks for more.
  public init() {}

  deinit {
    for place in 0..<(unsafe blocks.count) { unsafe blocks[place].deallocate() }
  }

  /// Takes everything back; the first block is kept for the next use.
  public func reset() {
    while unsafe blocks.count > 1 { unsafe blocks.removeLast().deallocate() }
    if let only = unsafe blocks.first, only.count > Self.blockBytes {
      unsafe blocks.removeLast().deallocate()
    }
    used = 0
    usedBytes = 0
  }

  /// Memory for `count` bytes, aligned to 8, not initialized.
  @inline(__always)
  public func allocate(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    let rounded = (count + 7) & ~7
    if unsafe blocks.isEmpty || used + rounded > blocks[blocks.count - 1].count {
      let bytes = max(Self.blockBytes, rounded)
      unsafe blocks.append(.allocate(byteCount: bytes, alignment: 16))
      used = 0
    }
    let start = unsafe blocks[blocks.count - 1].baseAddress.unsafelyUnwrapped + used
    used += rounded
    usedBytes += rounded
    return unsafe start.bindMemory(to: UInt8.self, capacity: max(count, 1))
  }

  /// A copy of bytes that live elsewhere.
  @inline(__always)
  public func copy(_ start: UnsafePointer<UInt8>, count: Int) -> CellBytes {
    let memory = unsafe allocate(count)
    unsafe memory.update(from: start, count: count)
    return unsafe CellBytes(count: count, start: memory)
  }

  /// A copy of an array's bytes.
  public func copy(_ bytes: [UInt8]) -> CellBytes {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress, buffer.count > 0 else { return unsafe .blank }
      return unsafe copy(start, count: buffer.count)
    }
  }
}
