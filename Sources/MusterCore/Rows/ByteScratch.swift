/// Memory for bytes that are made while rows are checked and merged; handed out in order, given
/// back all at once.
///
/// What it hands out stays where it is until ``reset()`` or the scratch's end.
@safe public final class ByteScratch {
  private var blocks: [UnsafeMutableRawBufferPointer] = unsafe []
  /// Requests that no block can hold have memory of their own.
  private var large: [UnsafeMutableRawBufferPointer] = unsafe []
  private var usedBlockCount = 0
  // What is left of the block that is handed out from. No access check: no method here calls out
  // while it changes them, and the checks were a fiftieth of an import of changes.
  @exclusivity(unchecked) private var free: UnsafeMutableRawPointer?
  @exclusivity(unchecked) private var freeBytes = 0
  /// Bytes handed out since the last reset.
  @exclusivity(unchecked) public private(set) var usedBytes = 0

  private static let blockBytes = 64 * 1024
  /// Blocks that a reset keeps: 1 MiB, so that a batch of usual rows allocates nothing.
  private static let keptBlocksMax = 16

  /// An empty scratch; the first request takes a block of 64 KiB, or more if it asks for more.
  public init() {}

  deinit {
    for place in 0..<(unsafe blocks.count) { unsafe blocks[place].deallocate() }
    for place in 0..<(unsafe large.count) { unsafe large[place].deallocate() }
  }

  /// Takes everything back; up to 1 MiB of it is kept for the next use.
  public func reset() {
    while unsafe !large.isEmpty { unsafe large.removeLast().deallocate() }
    while unsafe blocks.count > Self.keptBlocksMax { unsafe blocks.removeLast().deallocate() }
    usedBlockCount = 0
    unsafe free = nil
    unsafe freeBytes = 0
    unsafe usedBytes = 0
  }

  /// Memory for `count` bytes, aligned to 8, not initialized.
  @inline(__always)
  public func allocate(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    let rounded = (count + 7) & ~7
    unsafe usedBytes += rounded
    guard unsafe rounded <= freeBytes, let start = unsafe free else {
      return unsafe allocateSlowly(rounded)
    }
    unsafe free = unsafe start + rounded
    unsafe freeBytes -= rounded
    return unsafe start.assumingMemoryBound(to: UInt8.self)
  }

  @inline(never)
  private func allocateSlowly(_ bytes: Int) -> UnsafeMutablePointer<UInt8> {
    if bytes > Self.blockBytes {
      let made = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 16)
      unsafe large.append(made)
      return unsafe made.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
    }
    if unsafe usedBlockCount == blocks.count {
      unsafe blocks.append(.allocate(byteCount: Self.blockBytes, alignment: 16))
    }
    let start = unsafe blocks[usedBlockCount].baseAddress.unsafelyUnwrapped
    usedBlockCount += 1
    unsafe free = unsafe start + bytes
    unsafe freeBytes = Self.blockBytes - bytes
    return unsafe start.assumingMemoryBound(to: UInt8.self)
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
