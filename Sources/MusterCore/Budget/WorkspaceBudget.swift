/// What the open workspaces of a daemon may take together.
///
/// Source: Design, "Store": "One budget bounds the caches and indexes of all open workspaces; the
/// least recently used closes."
public struct WorkspaceBudget: Sendable, Equatable {
  /// Bytes of the identity indexes and page caches of all open workspaces; 0 is no bound. With what
  /// a daemon takes besides, it keeps to the 320 MiB of Promises, P8.
  public var memoryBytesMax = 192 * 1024 * 1024
  /// Seconds after its last use that a workspace closes; 0 is never. Long enough that people and
  /// services who come every few minutes do not wait for its index.
  public var idleSecondsMax = 600
  /// Workspaces that are open at the same time, each with an index, a connection and files of its
  /// own; further ones are refused while all of them are in use.
  public var openMax = 128

  /// The budget that holds where nothing else is configured.
  public init() {}

  /// Opens no more workspaces than a process of so many file descriptors has room for: connections
  /// and exports have half of them.
  public mutating func fit(descriptors: Int) {
    let room = descriptors / 2 / Self.descriptorsPerWorkspaceMax
    openMax = min(openMax, max(room, Self.openMin))
  }

  /// File descriptors of one open workspace: the file, its log, the log's index and the witness,
  /// and the first two once more for each reader that is kept.
  static let descriptorsPerWorkspaceMax = 13
  /// Workspaces that may be open however few descriptors there are.
  static let openMin = 8

  /// Bytes of the page caches of all workspaces together, which those with work share: two full
  /// ones.
  public static let cacheBytesMax = 2 * cachePerWorkspaceBytesMax
  /// Bytes of one page cache: the inner pages and the leaves of one group of changes.
  public static let cachePerWorkspaceBytesMax = 64 * 1024 * 1024
  /// Bytes of a page cache that a workspace with work always has: 128 pages, the inner ones of a
  /// store of any size and what one batch changes at a time.
  public static let cachePerWorkspaceBytesMin = 2 * 1024 * 1024
  /// Bytes of the page caches of workspaces without work: one full one. They are read again in
  /// milliseconds.
  public static let idleCacheBytesMax = cachePerWorkspaceBytesMax

  /// The bytes of its page cache that each of so many workspaces with work may fill.
  public static func cacheBytes(shared count: Int) -> Int {
    let share = cacheBytesMax / max(count, 1)
    return min(max(share, cachePerWorkspaceBytesMin), cachePerWorkspaceBytesMax)
  }
}
