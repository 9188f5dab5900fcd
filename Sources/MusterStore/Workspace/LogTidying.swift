/// When the write-ahead log is copied into the file: pure, without a database.
///
/// Source: Promises, P15: the log stays small beside whoever reads. It begins anew only if all
/// of it is copied and nobody is reading from it: waiting for a moment without readers may last for
/// ever, and while rows keep coming the writer is never idle.
struct LogTidying: Equatable {
  /// What to do.
  enum Step: Equatable {
    case nothing
    /// Copy what readers let be copied, waiting for nobody.
    case copy
    /// Copy all, and wait a moment for those who still read from the log, so that it begins anew.
    case restart
  }

  /// Pages of the log that make a copy worth its while when nobody waits: 64 MiB.
  static let copyPagesMin: Int32 = 4_096
  /// Pages at which the log must begin anew whoever waits: 80 MiB. With the transaction that comes
  /// next it stays under the 256 MiB of Promises, P15.
  static let restartPagesMin: Int32 = 5_120
  /// Pages by which the log grows before the next attempt when a reader did not let it begin anew.
  static let retryPages: Int32 = 2_048
  /// How long readers are waited for; a page of an export takes a few milliseconds.
  static let readersTimeMilliseconds: Int32 = 250
  /// Pages that leave the full page cache before a transaction has to end: 1 MiB. If one of them is
  /// changed again, the end of the transaction reads all that come after it once more.
  static let transactionPagesMax: Int32 = 64
  /// Pages of the log, with those of a transaction whose changes waited in memory: 208 MiB.
  static let deferredPagesMax: Int32 = 13_312

  private var restartPages = Self.restartPagesMin

  /// What to do after a commit.
  ///
  /// - Parameters:
  ///   - pages: Pages in the log.
  ///   - isIdle: Whether no row waits.
  func step(pages: Int32, isIdle: Bool) -> Step {
    if pages >= restartPages { return .restart }
    return isIdle && pages >= Self.copyPagesMin ? .copy : .nothing
  }

  /// Pages that changes which wait in memory may write.
  ///
  /// - Parameter pages: Pages in the log.
  func deferredPagesMax(pages: Int32) -> Int32 { max(0, Self.deferredPagesMax - max(0, pages)) }

  /// A restart has been tried.
  mutating func triedRestart(pages: Int32, succeeded: Bool) {
    let (next, isTooLarge) = pages.addingReportingOverflow(Self.retryPages)
    restartPages = succeeded ? Self.restartPagesMin : isTooLarge ? .max : next
  }
}
