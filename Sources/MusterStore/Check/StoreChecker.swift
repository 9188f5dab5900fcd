internal import Dispatch
public import MusterCore
internal import Synchronization

/// Verifies the file of a workspace, whether it is in use or not, by reading alone.
///
/// Members and imports are read in small transactions. Only SQLite's own check of the file needs
/// one snapshot; it is ended, and tried again, where imports write too much meanwhile.
public final class StoreChecker: StoreCheck {
  public let location: String
  private let workspace: WorkspaceStore?
  private let hold: WorkspaceUses.Hold?
  /// Whether a daemon has the file open: this one, or another that has the directory's lock.
  private let isInUse: @Sendable () -> Bool
  private let state: Mutex<CheckState>
  private let queue = DispatchQueue(label: "muster.check")

  private static let structureTriesMax = 3

  /// Checks a file that no daemon has open, or one whose daemon is not asked.
  public convenience init(path: String) {
    self.init(path: path, workspace: nil) { DirectoryLock.isHeld(overDatabase: path) }
  }

  /// Checks a file of this daemon's.
  ///
  /// - Parameter workspace: Who may have the file open; one that is closed is not opened.
  convenience init(path: String, workspace: WorkspaceStore?) {
    self.init(path: path, workspace: workspace) { workspace?.uses.isOpen ?? false }
  }

  init(
    path: String, workspace: WorkspaceStore?, isInUse: @escaping @Sendable () -> Bool
  ) {
    location = path
    self.isInUse = isInUse
    let hold = workspace?.uses.hold()
    let isOpen = workspace?.uses.isOpen ?? false
    self.workspace = isOpen ? workspace : nil
    self.hold = isOpen ? hold : nil
    state = Mutex(CheckState())
  }

  public var report: CheckReport {
    state.withLock { state in
      var report = state.report
      report.findings.sort { Self.place($0) < Self.place($1) }
      report.indexCompared = workspace != nil && state.stage == .done
      return report
    }
  }

  private static func place(_ finding: CheckFinding) -> Int {
    CheckRule.allCases.firstIndex { $0.rawValue == finding.rule } ?? 0
  }

  public func step() async throws(StoreError) -> CheckProgress? {
    let stage = state.withLock { $0.stage }
    switch stage {
    case .done: return nil
    case .structure: try await checkStructure()
    case .members:
      try await onQueue { state throws(StoreError) in try state.checkMembers() }
      try await compareIndex()
    case .open:
      let (path, isInUse) = (location, isInUse)
      try await onQueue { state throws(StoreError) in
        try state.open(path, isInUse: isInUse)
      }
    case .catalogue: try await onQueue { state throws(StoreError) in try state.checkCatalogue() }
    case .ledger: try await onQueue { state throws(StoreError) in try state.checkLedger() }
    }
    return state.withLock {
      CheckProgress(members: $0.report.members, memberTotal: $0.memberTotal)
    }
  }

  /// SQLite's own check, as one snapshot.
  private func checkStructure() async throws(StoreError) {
    let connection = state.withLock { $0.connection }
    for attempt in 1...Self.structureTriesMax {
      if let connection, let workspace {
        try await workspace.run { $0.longReads.add(connection) }
      }
      let failure: StoreError?
      do throws(StoreError) {
        try await Wanted.whileWaiting { wanted throws(StoreError) in
          try await onQueue { state throws(StoreError) in
            try state.checkStructure(while: wanted)
          }
        }
        failure = nil
      } catch {
        failure = error
      }
      if let connection, let workspace {
        try await workspace.run { $0.longReads.remove(connection) }
      }
      guard let failure else { return }
      guard failure.code == .aborted, attempt < Self.structureTriesMax else { throw failure }
    }
  }

  private func compareIndex() async throws(StoreError) {
    guard let workspace else { return }
    let (range, isLast) = state.withLock { state in
      let isLast = state.stage != .members
      let first = state.comparedMember
      let last = isLast ? Int64.max : max(state.members?.lastMember ?? first, first)
      state.comparedMember = isLast ? last : last + 1
      return (first...last, isLast)
    }
    do throws(StoreError) {
      let part = try await workspace.run { writer throws(StoreError) in
        try writer.compareIndex(range)
      }
      state.withLock { $0.tally.add(part, isLast: isLast, to: &$0.report) }
    } catch {
      guard state.withLock({ $0.note(error) }) else { throw error }
    }
  }

  private func onQueue(
    _ body: @escaping @Sendable (inout CheckState) throws(StoreError) -> Void
  ) async throws(StoreError) {
    let result: Result<Void, StoreError> = await withCheckedContinuation { continuation in
      queue.async {
        let result = self.state.withLock { state -> Result<Void, StoreError> in
          do throws(StoreError) {
            return .success(try body(&state))
          } catch {
            return .failure(error)
          }
        }
        continuation.resume(returning: result)
      }
    }
    try result.get()
  }
}
