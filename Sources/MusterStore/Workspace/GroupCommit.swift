internal import MusterCore

/// When the writer commits: pure, without a clock of its own.
///
/// Source: Design, "Store": many chunks in one transaction, committed as soon as
/// no row waits, at the latest a second after the first uncommitted row.
struct GroupCommit: Equatable {
  /// Nanoseconds from the first uncommitted row to the commit, at the latest.
  static let delayMaxNanoseconds: UInt64 = 1_000_000_000
  /// Rows of one transaction: bounds what a rollback must keep in memory.
  static let rowsMax = 262_144
  /// Bytes of cells of one transaction: bounds the write-ahead log for rows that are new,
  static let bytesMax: UInt64 = 64 * 1024 * 1024
  /// and pages that it has written there already for changes all over the store.
  static let logPagesMax = LogTidying.transactionPagesMax
  /// Nanoseconds from the first uncommitted row until changes that wait in memory are written; that
  /// takes a while itself.
  static let deferralMaxNanoseconds: UInt64 = 700_000_000

  private var startedAt: UInt64?
  private var rowCount = 0
  private var byteCount: UInt64 = 0
  private var logPageCount: Int32 = 0
  private var deferredPageCount: Int32 = 0
  private var isDeferralFull = false

  init() {}

  /// Whether something is not committed yet.
  var isOpen: Bool { startedAt != nil }

  /// Rows were applied, or something else was written.
  mutating func add(rows: Int, bytes: UInt64, logPages: Int32 = 0, at now: UInt64) {
    if startedAt == nil { startedAt = now }
    logPageCount &+= logPages
    rowCount += rows
    byteCount += bytes
  }

  /// Changes wait in memory to be written with the commit.
  ///
  /// - Parameters:
  ///   - deferredPages: Pages that they will write, about.
  ///   - pagesMax: Pages that they may write. What the last rows added may come once more.
  mutating func wait(deferredPages: Int32, pagesMax: Int32) {
    let added = deferredPages - deferredPageCount
    deferredPageCount = deferredPages
    isDeferralFull = deferredPages > 0 && deferredPages + max(0, added) > pagesMax
  }

  /// Whether the group must be committed although more rows wait.
  func isDue(at now: UInt64) -> Bool {
    guard let startedAt else { return false }
    if deferredPageCount > 0 && now >= startedAt + Self.deferralMaxNanoseconds { return true }
    return isDeferralFull || now >= startedAt + Self.delayMaxNanoseconds
      || rowCount >= Self.rowsMax || byteCount >= Self.bytesMax || logPageCount >= Self.logPagesMax
  }

  /// All is committed, or taken back.
  mutating func reset() { self = GroupCommit() }
}
