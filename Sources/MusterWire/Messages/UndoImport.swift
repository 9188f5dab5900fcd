internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks to take back one import; has the same fields as a request for its entry.
public typealias UndoImportRequest = GetImportRequest

/// A message of an undo: progress and kept fields, then one summary.
public enum UndoImportResponse: Sendable, Equatable {
  case progress(UndoProgress)
  /// What stays as it is, in the order in which it was found.
  case kept([KeptField])
  case summary(UndoSummary)
}

/// What an undo did, when it is complete.
public struct UndoSummary: Sendable, Equatable {
  /// The import's UUID in lower case.
  public var importID: String
  /// What all calls together took back.
  public var progress: UndoProgress
  /// The name of the workspace; never empty.
  public var workspace: String
  /// The database file that holds the workspace.
  public var store: String

  /// Sums up an undo that is durable.
  public init(importID: String, progress: UndoProgress, workspace: String, store: String) {
    self.importID = importID
    self.progress = progress
    self.workspace = workspace
    self.store = store
  }
}

extension UndoImportResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> UndoImportResponse {
    unsafe try unpacked(
      bytes, Muster__V1__UndoImportResponse.self, muster__v1__undo_import_response__get()
    ) { message throws(WireError) in
      switch unsafe message.pointee.message_case {
      case MUSTER__V1__UNDO_IMPORT_RESPONSE__MESSAGE_PROGRESS:
        return unsafe .progress(UndoProgress(message.pointee.progress))
      case MUSTER__V1__UNDO_IMPORT_RESPONSE__MESSAGE_KEPT:
        let kept = unsafe message.pointee.kept.pointee
        return unsafe .kept(
          try list(kept.fields, kept.n_fields) { field throws(WireError) in
            unsafe try KeptField(field)
          })
      case MUSTER__V1__UNDO_IMPORT_RESPONSE__MESSAGE_SUMMARY:
        return unsafe .summary(try UndoSummary(message.pointee.summary))
      default:
        throw WireError.unknownAnswer
      }
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__UndoImportResponse.self, muster__v1__undo_import_response__init)
      switch self {
      case .progress(let progress):
        unsafe message.pointee.message_case = MUSTER__V1__UNDO_IMPORT_RESPONSE__MESSAGE_PROGRESS
        unsafe message.pointee.progress = unsafe try progress.make(in: arena)
      case .kept(let fields):
        unsafe message.pointee.message_case = MUSTER__V1__UNDO_IMPORT_RESPONSE__MESSAGE_KEPT
        let kept = unsafe try arena.make(
          Muster__V1__KeptFields.self, muster__v1__kept_fields__init)
        unsafe kept.pointee.n_fields = fields.count
        unsafe kept.pointee.fields = unsafe try arena.makeList(fields) { field throws(WireError) in
          unsafe try field.make(in: arena)
        }
        unsafe message.pointee.kept = unsafe kept
      case .summary(let summary):
        unsafe message.pointee.message_case = MUSTER__V1__UNDO_IMPORT_RESPONSE__MESSAGE_SUMMARY
        unsafe message.pointee.summary = unsafe try summary.make(in: arena)
      }
      return unsafe message
    }
  }
}

extension KeptField {
  init(_ message: UnsafeMutablePointer<Muster__V1__KeptField>) throws(WireError) {
    guard let member = unsafe UInt32(exactly: message.pointee.member_id) else {
      throw WireError(
        code: .malformed, message: "The daemon sent a member's number that this version lacks.")
    }
    let column = unsafe try message.pointee.column.text("column")
    self.init(
      member: member, column: column.isEmpty ? nil : column,
      reason: unsafe try message.pointee.reason.text("reason"))
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__KeptField> {
    let message = unsafe try arena.make(Muster__V1__KeptField.self, muster__v1__kept_field__init)
    unsafe message.pointee.member_id = UInt64(member)
    unsafe message.pointee.column = unsafe try arena.copy(column ?? "")
    unsafe message.pointee.reason = unsafe try arena.copy(reason)
    return unsafe message
  }
}

extension UndoSummary {
  init(_ message: UnsafeMutablePointer<Muster__V1__UndoSummary>) throws(WireError) {
    let message = unsafe message.pointee
    unsafe self.init(
      importID: try message.import_id.text("import_id"),
      progress: message.counts == nil ? UndoProgress() : UndoProgress(message.counts),
      workspace: try message.workspace.text("workspace"), store: try message.store.text("store"))
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__UndoSummary> {
    let message = unsafe try arena.make(
      Muster__V1__UndoSummary.self, muster__v1__undo_summary__init)
    unsafe message.pointee.import_id = unsafe try arena.copy(importID)
    unsafe message.pointee.counts = unsafe try progress.make(in: arena)
    unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
    unsafe message.pointee.store = unsafe try arena.copy(store)
    return unsafe message
  }
}
