/// How long the writers of a daemon's workspaces have been at what they do now, and whether that is
/// too long for a daemon that says that it serves.
///
/// A disk that hangs, as one behind a network or a failing one does, fails no call: it never
/// returns. What waits for the writer waits too, and calls that need no disk are answered as if all
/// were well. Pure: whoever asks says what time it is.
public struct WriterProgress: Sendable, Equatable {
  /// How long the oldest commit or copy of the log has been at the disk; zero if none is.
  public var oldestSync: Duration
  /// How long the oldest job has been with its writer; zero if none is.
  public var oldestJob: Duration

  /// How long a commit may be at the disk. A slow disk syncs a full group in part of a second, and
  /// drives that recover from an error or wake up take a few.
  public static let syncTimeMax: Duration = .seconds(5)
  /// How long one job may take, with all that it reads. The longest are the opening of a workspace,
  /// 0.6 seconds a million members, and a chunk of rows whose pages lie all over a slow disk.
  public static let jobTimeMax: Duration = .seconds(60)

  /// Writers that are at nothing.
  public init(oldestSync: Duration = .zero, oldestJob: Duration = .zero) {
    self.oldestSync = oldestSync
    self.oldestJob = oldestJob
  }

  /// Whether a writer has been at the disk, or at a job, for longer than it may.
  public var isStalled: Bool {
    oldestSync > Self.syncTimeMax || oldestJob > Self.jobTimeMax
  }

  /// The progress of these writers and of others.
  public func with(_ other: WriterProgress) -> WriterProgress {
    WriterProgress(
      oldestSync: max(oldestSync, other.oldestSync), oldestJob: max(oldestJob, other.oldestJob))
  }
}
