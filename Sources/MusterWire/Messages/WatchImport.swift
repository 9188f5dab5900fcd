internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks to be told of one import; has the same fields as a request for its entry.
public typealias WatchImportRequest = GetImportRequest

/// How an import stands.
public struct WatchImportResponse: Sendable, Equatable {
  /// The ledger's entry; its counts are those that survive a power loss.
  public var record: ImportRecord

  /// Answers with the ledger's entry.
  public init(record: ImportRecord) { self.record = record }
}

extension WatchImportResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> WatchImportResponse {
    unsafe try unpacked(
      bytes, Muster__V1__WatchImportResponse.self, muster__v1__watch_import_response__get()
    ) { message throws(WireError) in
      unsafe WatchImportResponse(
        record: try ImportRecord(required(message.pointee.entry, "entry")))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__WatchImportResponse.self, muster__v1__watch_import_response__init)
      unsafe message.pointee.entry = unsafe try record.make(in: arena)
      return unsafe message
    }
  }
}
