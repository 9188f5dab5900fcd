internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks for one import.
public struct GetImportRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// The import's id.
  public var importID: String

  /// Asks a workspace for one of its imports.
  public init(workspace: String, importID: String) {
    self.workspace = workspace
    self.importID = importID
  }
}

extension GetImportRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> GetImportRequest {
    unsafe try unpacked(
      bytes, Muster__V1__GetImportRequest.self, muster__v1__get_import_request__get()
    ) {
      message throws(WireError) in
      unsafe GetImportRequest(
        workspace: try message.pointee.workspace.text("workspace"),
        importID: try message.pointee.import_id.text("import_id"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__GetImportRequest.self, muster__v1__get_import_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      unsafe message.pointee.import_id = unsafe try arena.copy(importID)
      return unsafe message
    }
  }
}

/// What the ledger knows of one import.
public struct GetImportResponse: Sendable, Equatable {
  /// The ledger's entry; its counts are those that survive a power loss.
  public var record: ImportRecord

  /// Answers with the ledger's entry.
  public init(record: ImportRecord) { self.record = record }
}

extension GetImportResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> GetImportResponse {
    unsafe try unpacked(
      bytes, Muster__V1__GetImportResponse.self, muster__v1__get_import_response__get()
    ) { message throws(WireError) in
      unsafe GetImportResponse(record: try ImportRecord(message.pointee))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in unsafe try record.make(in: arena) }
  }
}

extension ImportRecord {
  init(_ message: Muster__V1__GetImportResponse) throws(WireError) {
    guard let state = unsafe State(rawValue: Int(message.state.rawValue)) else {
      throw WireError(
        code: .malformed, message: "The daemon sent a state of an import that this version lacks.")
    }
    var progress =
      unsafe message.counts == nil ? ImportProgress() : ImportProgress(message.counts.pointee)
    progress.counts.faults = unsafe message.fault_count
    unsafe self.init(
      importID: try message.import_id.text("import_id"), state: state, progress: progress,
      columns: try texts(message.columns, message.n_columns, "columns"),
      startedAt: message.started_at, finishedAt: message.finished_at)
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<
    Muster__V1__GetImportResponse
  > {
    let message = unsafe try arena.make(
      Muster__V1__GetImportResponse.self, muster__v1__get_import_response__init)
    unsafe message.pointee.import_id = unsafe try arena.copy(importID)
    unsafe message.pointee.state = Muster__V1__ImportState(UInt32(state.rawValue))
    unsafe message.pointee.counts = unsafe try progress.make(in: arena)
    unsafe message.pointee.fault_count = progress.counts.faults
    unsafe message.pointee.n_columns = columns.count
    unsafe message.pointee.columns = unsafe try arena.copy(columns)
    unsafe message.pointee.started_at = startedAt
    unsafe message.pointee.finished_at = finishedAt
    return unsafe message
  }
}
