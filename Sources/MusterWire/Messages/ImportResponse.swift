internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// A message from the daemon about an import.
public enum ImportResponse: Sendable, Equatable {
  case accepted(ImportAccepted)
  case progress(ImportProgress)
  case faults([RowFault])
  case summary(ImportSummary)
  /// What rows of a preview would change.
  case changes([RowChange])
}

/// The daemon takes the import's rows.
public struct ImportAccepted: Sendable, Equatable {
  /// The import's UUID in lower case, also when the daemon chose it.
  public var importID: String
  /// The row expected next, from 0.
  public var nextRow: UInt64
  /// The limits in force for this import.
  public var limits: Limits
  /// What the import has done so far: all 0 unless it goes on.
  public var progress: ImportProgress

  /// Accepts an import, new or gone on with.
  public init(importID: String, nextRow: UInt64, limits: Limits, progress: ImportProgress) {
    self.importID = importID
    self.nextRow = nextRow
    self.limits = limits
    self.progress = progress
  }
}

/// What a complete import did, or what a preview foretells.
public struct ImportSummary: Sendable, Equatable {
  /// The import's UUID in lower case.
  public var importID: String
  /// The counts of the whole import, all of them committed; of a preview, none of them.
  public var progress: ImportProgress
  /// The name of the workspace that took the rows; never empty.
  public var workspace: String
  /// The database file that holds the workspace.
  public var store: String
  /// How the import ended, or how the import of a preview would end: finished, refused or stopped.
  public var state: ImportRecord.State
  /// Whether this was a preview, which changes nothing.
  public var isPreview: Bool

  /// Sums up an import whose rows are all durable, or a preview.
  public init(
    importID: String, progress: ImportProgress, workspace: String, store: String,
    state: ImportRecord.State = .finished, isPreview: Bool = false
  ) {
    self.importID = importID
    self.progress = progress
    self.workspace = workspace
    self.store = store
    self.state = state
    self.isPreview = isPreview
  }
}

extension ImportResponse: WireMessage {
  public static func unpack(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> ImportResponse {
    let arena = try Arena(budgetBytes: messageBudgetBytes)
    defer { withExtendedLifetime(arena) {} }
    let message = unsafe try arena.unpack(
      Muster__V1__ImportMembersResponse.self,
      muster__v1__import_members_response__get(), from: bytes)
    switch unsafe message.pointee.message_case {
    case MUSTER__V1__IMPORT_MEMBERS_RESPONSE__MESSAGE_ACCEPTED:
      return .accepted(unsafe try ImportAccepted(message.pointee.accepted.pointee))
    case MUSTER__V1__IMPORT_MEMBERS_RESPONSE__MESSAGE_PROGRESS:
      return .progress(unsafe ImportProgress(message.pointee.progress.pointee))
    case MUSTER__V1__IMPORT_MEMBERS_RESPONSE__MESSAGE_FAULTS:
      let list = unsafe message.pointee.faults.pointee
      var faults: [RowFault] = []
      for place in unsafe 0..<list.n_faults {
        if let fault = unsafe list.faults[place] {
          faults.append(unsafe try RowFault(fault.pointee))
        }
      }
      return .faults(faults)
    case MUSTER__V1__IMPORT_MEMBERS_RESPONSE__MESSAGE_SUMMARY:
      return .summary(unsafe try ImportSummary(message.pointee.summary.pointee))
    case MUSTER__V1__IMPORT_MEMBERS_RESPONSE__MESSAGE_CHANGES:
      let sent = unsafe message.pointee.changes.pointee
      return .changes(
        unsafe try list(sent.changes, sent.n_changes) { change throws(WireError) in
          unsafe try RowChange(change)
        })
    default:
      throw WireError.unknownAnswer
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    let arena = try Arena(budgetBytes: messageBudgetBytes)
    defer { withExtendedLifetime(arena) {} }
    let message = unsafe try arena.make(
      Muster__V1__ImportMembersResponse.self, muster__v1__import_members_response__init)
    switch self {
    case .accepted(let accepted):
      unsafe message.pointee.message_case = MUSTER__V1__IMPORT_MEMBERS_RESPONSE__MESSAGE_ACCEPTED
      unsafe message.pointee.accepted = unsafe try accepted.make(in: arena)
    case .progress(let progress):
      unsafe message.pointee.message_case = MUSTER__V1__IMPORT_MEMBERS_RESPONSE__MESSAGE_PROGRESS
      unsafe message.pointee.progress = unsafe try progress.make(in: arena)
    case .faults(let faults):
      unsafe message.pointee.message_case = MUSTER__V1__IMPORT_MEMBERS_RESPONSE__MESSAGE_FAULTS
      let list = unsafe try arena.make(Muster__V1__RowFaults.self, muster__v1__row_faults__init)
      unsafe list.pointee.n_faults = faults.count
      unsafe list.pointee.faults = unsafe try arena.makeList(faults) { fault throws(WireError) in
        unsafe try fault.make(in: arena)
      }
      unsafe message.pointee.faults = unsafe list
    case .summary(let summary):
      unsafe message.pointee.message_case = MUSTER__V1__IMPORT_MEMBERS_RESPONSE__MESSAGE_SUMMARY
      unsafe message.pointee.summary = unsafe try summary.make(in: arena)
    case .changes(let changes):
      unsafe message.pointee.message_case = MUSTER__V1__IMPORT_MEMBERS_RESPONSE__MESSAGE_CHANGES
      let list = unsafe try arena.make(Muster__V1__RowChanges.self, muster__v1__row_changes__init)
      unsafe list.pointee.n_changes = changes.count
      unsafe list.pointee.changes = unsafe try arena.makeList(changes) {
        change throws(WireError) in unsafe try change.make(in: arena)
      }
      unsafe message.pointee.changes = unsafe list
    }
    return unsafe packed(message)
  }
}

extension ImportAccepted {
  init(_ message: Muster__V1__ImportAccepted) throws(WireError) {
    self.init(
      importID: unsafe try message.import_id.text("import_id"), nextRow: unsafe message.next_row,
      limits: unsafe message.limits == nil ? Limits() : Limits(message.limits.pointee),
      progress: unsafe message.counts == nil
        ? ImportProgress() : ImportProgress(message.counts.pointee))
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__ImportAccepted> {
    let message = unsafe try arena.make(
      Muster__V1__ImportAccepted.self, muster__v1__import_accepted__init)
    unsafe message.pointee.import_id = unsafe try arena.copy(importID)
    unsafe message.pointee.next_row = nextRow
    unsafe message.pointee.limits = unsafe try limits.make(in: arena)
    unsafe message.pointee.counts = unsafe try progress.make(in: arena)
    return unsafe message
  }
}

extension ImportSummary {
  init(_ message: Muster__V1__ImportSummary) throws(WireError) {
    var progress =
      unsafe message.counts == nil ? ImportProgress() : ImportProgress(message.counts.pointee)
    progress.counts.faults = unsafe message.fault_count
    self.init(
      importID: unsafe try message.import_id.text("import_id"), progress: progress,
      workspace: unsafe try message.workspace.text("workspace"),
      store: unsafe try message.store.text("store"),
      state: unsafe ImportRecord.State(rawValue: Int(message.state.rawValue)) ?? .finished,
      isPreview: unsafe message.preview != 0)
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__ImportSummary> {
    let message = unsafe try arena.make(
      Muster__V1__ImportSummary.self, muster__v1__import_summary__init)
    unsafe message.pointee.import_id = unsafe try arena.copy(importID)
    unsafe message.pointee.counts = unsafe try progress.make(in: arena)
    unsafe message.pointee.fault_count = progress.counts.faults
    unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
    unsafe message.pointee.store = unsafe try arena.copy(store)
    unsafe message.pointee.state = Muster__V1__ImportState(UInt32(state.rawValue))
    unsafe message.pointee.preview = isPreview ? 1 : 0
    return unsafe message
  }
}
