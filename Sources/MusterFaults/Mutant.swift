/// A deliberate bug, for proving that a fault test can fail (Promises).
///
/// `MUSTER_MUTANT=NAME` in the environment of a debug build turns one on. In a release build none
/// can be: `isOn` is false there, whatever the environment says.
public enum Mutant: String, CaseIterable, Sendable {
  /// P1: rows are told as committed before they are.
  case acknowledgesBeforeCommit = "acknowledges-before-commit"
  /// P2: `synchronous=NORMAL`, which syncs the log at checkpoints only.
  case syncsLater = "syncs-later"
  /// P2: the names of new directories are not synced.
  case leavesDirectoriesUnsynced = "leaves-directories-unsynced"
  /// P4: a failed transaction is not rolled back.
  case keepsFailedChanges = "keeps-failed-changes"
  /// P6: a failed sync is forgotten, and the next commit may succeed.
  case forgetsFailedSync = "forgets-failed-sync"
  /// P6: the same, of a sync in a checkpoint only.
  case forgetsFailedCheckpoint = "forgets-failed-checkpoint"
  /// P5: a file that may not grow is taken for a damaged one.
  case takesFullForDamaged = "takes-full-for-damaged"
  /// P14: pages are read without their checksums.
  case ignoresChecksums = "ignores-checksums"
  /// P14: a log that is gone or cut is taken for an older store.
  case trustsAnyLog = "trusts-any-log"

  /// P6: a daemon whose disk hangs says that it serves.
  case servesWhileStalled = "serves-while-stalled"
  /// P22: a caller may take all there is.
  case ignoresShares = "ignores-shares"
  /// P23: an empty or missing database is created again, whatever lies beside it.
  case trustsEmptyFile = "trusts-empty-file"

  /// P24: a workspace is deleted database first, without a mark.
  case unlinksDatabaseFirst = "unlinks-database-first"
  /// P24: the log keeps what a deleted member held.
  case keepsDeletedInLog = "keeps-deleted-in-log"

  /// P3: a chunk is applied wherever it begins.
  case ignoresOffset = "ignores-offset"
  /// Access: every call is allowed, whatever the policy says.
  case ignoresPolicy = "ignores-policy"
  /// Access: a connection goes by the address that its client has bound its end to.
  case trustsAddresses = "trusts-addresses"
  /// P9: the daemon waits for its last call, however long that runs.
  case stopsWithoutDeadline = "stops-without-deadline"
  /// P11: the end of a stream counts as a finish.
  case takesEndForFinish = "takes-end-for-finish"
  /// P13: the locks of a store and of a socket keep nobody out.
  case sharesLocks = "shares-locks"
  /// P19: refused calls have a status and a message only.
  case leavesDetailsOut = "leaves-details-out"
  /// P27: other rows under the id of an import that has finished are answered with its summary.
  case answersOldSummary = "answers-old-summary"
  /// P15: an export reads all its pages in one transaction.
  case exportsInOneTransaction = "exports-in-one-transaction"

  /// P20: the nearest name is looked for however often and however long, and rows are checked
  /// chunk by chunk.
  case searchesWithoutBudget = "searches-without-budget"
  /// P26: whoever logs waits until the line is written.
  case blocksOnLog = "blocks-on-log"
  /// P16: retention goes by the wall clock, wherever it jumps.
  case trustsWallClock = "trusts-wall-clock"

  /// P8: the budget of workspaces closes none.
  case keepsWorkspacesOpen = "keeps-workspaces-open"
  /// P8: the budget of workspaces closes also those that are in use.
  case closesWorkspacesInUse = "closes-workspaces-in-use"

  /// P25: files are made under names that can be guessed, whatever stands there.
  case makesFilesByName = "makes-files-by-name"
  /// P29: values are printed as they are.
  case printsAsIs = "prints-as-is"
  /// P21: calls take memory without counting it.
  case givesMemoryToAll = "gives-memory-to-all"

  /// Whether the code is to do the wrong thing.
  @inline(__always)
  public var isOn: Bool {
    #if MUSTER_FAULTS
      Self.active == self
    #else
      false
    #endif
  }

  #if MUSTER_FAULTS
    private static let active = Environment.value("MUSTER_MUTANT").flatMap(Mutant.init)
  #endif
}
