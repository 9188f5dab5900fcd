internal import CAllocator

/// How the C library's allocator is to treat what calls take.
public enum AllocatorSettings {
  /// Areas that threads allocate from. Each keeps what was freed in it, so that with the usual
  /// eight for each core the same budget could be kept several times over.
  private static let areasMax: Int32 = 2
  /// Bytes from which on memory is mapped by itself, and so leaves the process once it is free:
  /// more than the usual chunk and what it is checked to, which are used again and again.
  private static let mappedBytesMin: Int32 = 1024 * 1024
  /// Bytes that must be left: what gRPC, NIO and Swift take for themselves is not asked for.
  private static let spareBytes = 24 * 1024 * 1024

  /// Sets them; before the first thread is made.
  public static func apply() { muster_allocator_set(areasMax, mappedBytesMin) }

  /// Whether so much more memory can be had at all, as under a limit of the address space.
  ///
  /// Swift ends the process where there is none, so this is asked before.
  static func has(_ byteCount: Int) -> Bool { muster_allocator_has(byteCount + spareBytes) }
}
