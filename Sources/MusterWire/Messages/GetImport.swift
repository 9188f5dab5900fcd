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
      bytes, Muster__V1__ImportEntry.self, muster__v1__import_entry__get()
    ) { message throws(WireError) in
      unsafe GetImportResponse(record: try ImportRecord(message))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in unsafe try record.make(in: arena) }
  }
}
