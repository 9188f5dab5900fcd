internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks for a copy of a workspace; has the same field as a request for a check.
public typealias BackUpWorkspaceRequest = CheckWorkspaceRequest

/// A message of a backup: progress of the daemon's own copy, then its bytes, then one summary.
public enum BackUpWorkspaceResponse: Sendable, Equatable {
  case progress(BackupProgress)
  case data([UInt8])
  case summary(BackUpSummary)
}

/// What was copied.
public struct BackUpSummary: Sendable, Equatable {
  /// The size of the copy.
  public var byteCount: UInt64
  /// Members in it.
  public var members: UInt64
  /// The name of the workspace; never empty.
  public var workspace: String
  /// The database file that was copied.
  public var store: String

  /// Sums up a complete copy.
  public init(byteCount: UInt64, members: UInt64, workspace: String, store: String) {
    self.byteCount = byteCount
    self.members = members
    self.workspace = workspace
    self.store = store
  }
}

extension BackUpWorkspaceResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> BackUpWorkspaceResponse {
    unsafe try unpacked(
      bytes, Muster__V1__BackUpWorkspaceResponse.self,
      muster__v1__back_up_workspace_response__get()
    ) { message throws(WireError) in
      switch unsafe message.pointee.message_case {
      case MUSTER__V1__BACK_UP_WORKSPACE_RESPONSE__MESSAGE_PROGRESS:
        let progress = unsafe message.pointee.progress.pointee
        return unsafe .progress(
          BackupProgress(byteCount: progress.byte_count, byteTotal: progress.byte_total))
      case MUSTER__V1__BACK_UP_WORKSPACE_RESPONSE__MESSAGE_DATA:
        return unsafe .data(message.pointee.data.bytes)
      case MUSTER__V1__BACK_UP_WORKSPACE_RESPONSE__MESSAGE_SUMMARY:
        let summary = unsafe message.pointee.summary.pointee
        return unsafe .summary(
          BackUpSummary(
            byteCount: summary.byte_count, members: summary.member_count,
            workspace: try summary.workspace.text("workspace"),
            store: try summary.store.text("store")))
      default:
        throw WireError.unknownAnswer
      }
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__BackUpWorkspaceResponse.self, muster__v1__back_up_workspace_response__init)
      switch self {
      case .progress(let progress):
        let part = unsafe try arena.make(
          Muster__V1__BackUpProgress.self, muster__v1__back_up_progress__init)
        unsafe part.pointee.byte_count = progress.byteCount
        unsafe part.pointee.byte_total = progress.byteTotal
        unsafe message.pointee.message_case =
          MUSTER__V1__BACK_UP_WORKSPACE_RESPONSE__MESSAGE_PROGRESS
        unsafe message.pointee.progress = unsafe part
      case .data(let bytes):
        unsafe message.pointee.message_case = MUSTER__V1__BACK_UP_WORKSPACE_RESPONSE__MESSAGE_DATA
        unsafe message.pointee.data = unsafe try arena.copy(bytes)
      case .summary(let summary):
        unsafe message.pointee.message_case =
          MUSTER__V1__BACK_UP_WORKSPACE_RESPONSE__MESSAGE_SUMMARY
        unsafe message.pointee.summary = unsafe try summary.make(in: arena)
      }
      return unsafe message
    }
  }
}

extension BackUpSummary {
  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__BackUpSummary> {
    let message = unsafe try arena.make(
      Muster__V1__BackUpSummary.self, muster__v1__back_up_summary__init)
    unsafe message.pointee.byte_count = byteCount
    unsafe message.pointee.member_count = members
    unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
    unsafe message.pointee.store = unsafe try arena.copy(store)
    return unsafe message
  }
}
