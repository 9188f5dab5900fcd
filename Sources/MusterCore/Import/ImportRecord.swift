/// What the ledger knows of one import.
public struct ImportRecord: Sendable, Equatable {
  /// The UUID that the client or the daemon chose, in lower case.
  public var importID: String
  /// How it stands or ended.
  public var state: State
  /// What became of its rows, as far as it survives a power loss.
  public var progress: ImportProgress
  /// The names of its columns, in the order they were declared.
  public var columns: [String]
  /// Seconds since 1970.
  public var startedAt: Int64
  /// Seconds since 1970; 0 while the import is open.
  public var finishedAt: Int64
  /// When something of it was last committed, in seconds since 1970.
  public var touchedAt: Int64 = 0
  /// What undoing it has done so far.
  public var undo = UndoProgress()
  /// Whether the store still has what undoing it needs.
  public var hasImages = false

  /// Makes an entry as the ledger keeps it.
  public init(
    importID: String, state: State, progress: ImportProgress, columns: [String], startedAt: Int64,
    finishedAt: Int64
  ) {
    self.importID = importID
    self.state = state
    self.progress = progress
    self.columns = columns
    self.startedAt = startedAt
    self.finishedAt = finishedAt
  }

  /// How an import stands or ended; the raw value is what the ledger stores.
  public enum State: Int, Sendable, CaseIterable {
    /// Begun and not finished, and no stream sends its rows: to be resumed, or to expire.
    case open = 1
    case finished = 2
    /// Ended by its own option to stop after so many faults.
    case stopped = 3
    /// Being undone; undoing it again goes on.
    case undoing = 4
    /// Taken back, but for what its ledger entry lists as kept.
    case undone = 5
    /// Ended by somebody who said so; what was committed stays.
    case cancelled = 6
    /// Ended because nobody went on with it in time; what was committed stays.
    case expired = 7
    /// Begun, and a stream sends its rows now; told, never stored.
    case running = 8
    /// All or nothing, and a row had a fault: nothing of it is applied, every row is rejected.
    case refused = 9

    /// Whether it takes no more rows.
    public var isOver: Bool { self != .open && self != .running }
  }
}
