internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks to end one import; has the same fields as a request for its entry.
public typealias CancelImportRequest = GetImportRequest

/// How an import stands once it is cancelled.
public struct CancelImportResponse: Sendable, Equatable {
  /// The ledger's entry; its counts are those that survive a power loss.
  public var record: ImportRecord

  /// Answers with the ledger's entry.
  public init(record: ImportRecord) { self.record = record }
}

extension CancelImportResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> CancelImportResponse {
    unsafe try unpacked(
      bytes, Muster__V1__CancelImportResponse.self, muster__v1__cancel_import_response__get()
    ) { message throws(WireError) in
      unsafe CancelImportResponse(
        record: try ImportRecord(required(message.pointee.entry, "entry")))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__CancelImportResponse.self, muster__v1__cancel_import_response__init)
      unsafe message.pointee.entry = unsafe try record.make(in: arena)
      return unsafe message
    }
  }
}
