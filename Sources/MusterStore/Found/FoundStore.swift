/// The files of a workspace as they are found before SQLite opens them, and whether they are what
/// was left.
///
/// SQLite takes any log beside a database for the database's own, an empty file for a new database,
/// and a missing log for an empty one. The mark in the database (``StoreMark``), the same mark in
/// its log, and the witness tell what belongs together. Nothing depends on names or inodes: files
/// that are copied together stay together. Pure.
struct FoundStore: Equatable {
  enum Database: Equatable {
    case missing
    /// A file without a byte.
    case empty
    /// A file that does not begin as a database does.
    case noDatabase
    /// A database without tables, as versions before left it while they made it.
    case blank
    /// Another program's database.
    case foreign
    /// A database that is shorter than it says.
    case cut
    /// Our database, as versions before left it.
    case unmarked
    case marked(StoreMark)
    /// Our database, and its mark cannot be read.
    case unreadable
  }

  enum Log: Equatable {
    case missing
    /// A file without a byte, as a closed store has one.
    case empty
    /// A file without a sound header.
    case damaged
    /// The sound frames, and the newest mark that a commit in it has.
    case log(salts: UInt64, frameCount: UInt32, mark: StoreMark?)
  }

  enum Witness: Equatable {
    case missing
    /// No witness, or a damaged one.
    case damaged
    /// What somebody has put there to go on with what the database and its log have.
    case accepting
    case claim(LogClaim)
  }

  /// What is wrong; nil if nothing is.
  enum Fault: Equatable {
    case missing, empty, noDatabase, blank, foreign, cut, unreadable
    /// The log is gone, or its beginning, and the database is not whole without it.
    case logLost
    /// The log has fewer sound frames than were acknowledged.
    case logCut(found: UInt32, wanted: UInt32)
    /// The log is not this database's: another store's, or of another time.
    case otherLog
    /// The witness, and so what was here last, is of another store.
    case otherStore
    /// The witness knows this store at another time.
    case otherTime
    /// Nobody can tell whether the log is whole.
    case witnessLost
  }

  var database: Database
  var log: Log
  var witness: Witness

  /// The mark that the store has with its log; nil where there is none.
  var mark: StoreMark? {
    if case .log(_, 1..., let mark?) = log { return mark }
    if case .marked(let mark) = database { return mark }
    return nil
  }

  var fault: Fault? {
    switch database {
    case .missing:
      return log == .missing && witness == .missing ? nil : .missing
    case .empty: return .empty
    case .noDatabase: return .noDatabase
    case .foreign: return .foreign
    case .cut: return .cut
    case .blank: return frameCount == 0 ? .blank : unmarkedFault
    case .unmarked: return unmarkedFault
    case .marked(let mark): return markedFault(mark)
    case .unreadable: return unreadableFault
    }
  }

  private var frameCount: UInt32 {
    if case .log(_, let frameCount, _) = log { frameCount } else { 0 }
  }

  private var claim: LogClaim? {
    if case .claim(let claim) = witness { claim } else { nil }
  }

  /// What a claim says of the log.
  private func fault(by claim: LogClaim) -> Fault? {
    var found: (salts: UInt64, frameCount: UInt32)?
    if case .log(let salts, let frameCount, _) = log { found = (salts, frameCount) }
    return switch claim.verdict(on: found) {
    case .sound: nil
    case .lost: .logLost
    case .cut(let wanted): .logCut(found: frameCount, wanted: wanted)
    case .other: .otherLog
    }
  }

  private func hasSalts(of claim: LogClaim) -> Bool {
    guard case .log(let salts, _, _) = log else { return false }
    return salts == claim.salts && claim.frameCount > 0
  }

  // MARK: Databases with a mark

  private func markedFault(_ mark: StoreMark) -> Fault? {
    if let fault = logFault(mark) { return fault }
    // The log's mark is the newer one.
    let current = self.mark ?? mark
    guard let claim else { return nil }
    guard let known = claim.mark else {
      // Of a version before: nothing was written since but what brought the store up to date.
      return hasSalts(of: claim) ? fault(by: claim) : nil
    }
    guard known.store == mark.store else { return .otherStore }
    if known.log == current.log { return fault(by: claim) }
    guard known.log == current.before else { return .otherTime }
    // All of that log is in the database, unless it is still the same file that goes on.
    return hasSalts(of: claim) ? fault(by: claim) : nil
  }

  private func logFault(_ mark: StoreMark) -> Fault? {
    switch log {
    case .missing, .empty, .damaged:
      return mark.isOpen && witness != .accepting ? .logLost : nil
    case .log(_, 0, _):
      // It has just begun anew, and then the witness knows it; else it has lost all that it had.
      guard mark.isOpen, witness != .accepting else { return nil }
      return claim?.mark == LogClaim.Mark(mark) ? nil : .logLost
    case .log(_, _, let found):
      guard let found, found.store == mark.store,
        found.log == mark.log || found.before == mark.log
      else { return .otherLog }
      // A store that was just made, or brought up to date, has no witness yet.
      let isNew = !found.isOpen && found.before == 0
      return isNew || witness == .accepting || claim != nil ? nil : .witnessLost
    }
  }

  // MARK: Databases without

  private var unmarkedFault: Fault? {
    guard let claim else { return nil }
    // That witness knows a database with a mark: this one was put back.
    return claim.mark == nil ? fault(by: claim) : .otherTime
  }

  /// A power cut leaves a page half written while the log is copied into the database; the log has
  /// it then.
  private var unreadableFault: Fault? {
    guard frameCount > 0 else { return .unreadable }
    if let mark {
      guard let claim else { return logFault(mark) }
      guard let known = claim.mark else { return hasSalts(of: claim) ? fault(by: claim) : nil }
      guard known.store == mark.store else { return .otherStore }
      guard known.log == mark.log || known.log == mark.before else { return .otherTime }
      return known.log == mark.log || hasSalts(of: claim) ? fault(by: claim) : nil
    }
    guard let claim, hasSalts(of: claim) else { return .unreadable }
    return fault(by: claim)
  }
}
