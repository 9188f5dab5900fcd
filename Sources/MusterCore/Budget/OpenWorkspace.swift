/// What decides whether a workspace stays open.
public struct OpenWorkspace: Sendable, Equatable {
  /// What tells it from all others, those of the same name before and after it included.
  public var number: Int
  /// Bytes of its identity index, its connection and its statements.
  public var indexBytes: Int
  /// Bytes of its page cache, as far as that is filled.
  public var cacheBytes: Int
  /// How long ago its last use ended.
  public var idleTime: Duration
  /// Whether anybody has an import, a watch, a read, a check or a backup under way in it, or it may
  /// not close for another reason.
  public var isInUse: Bool

  /// Says how a workspace stands.
  public init(
    number: Int, indexBytes: Int, cacheBytes: Int, idleTime: Duration, isInUse: Bool
  ) {
    self.number = number
    self.indexBytes = indexBytes
    self.cacheBytes = cacheBytes
    self.idleTime = idleTime
    self.isInUse = isInUse
  }

  var bytes: Int { indexBytes + cacheBytes }
}

/// Why a workspace closes.
public enum ClosingReason: String, Sendable {
  /// Nobody has used it for long enough.
  case idle
  /// All open ones together take more memory than they may.
  case memory
  /// Another one is to be opened, and as many are open as may be.
  case count
}
