internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks for the faults of one import; has the same fields as a request for its entry.
public typealias ListFaultsRequest = GetImportRequest

/// A part of the faults that the ledger has of an import.
public struct ListFaultsResponse: Sendable, Equatable {
  /// In the order of their rows.
  public var faults: [RowFault]

  /// Answers with some faults.
  public init(faults: [RowFault]) { self.faults = faults }
}

extension ListFaultsResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ListFaultsResponse {
    unsafe try unpacked(
      bytes, Muster__V1__ListFaultsResponse.self, muster__v1__list_faults_response__get()
    ) { message throws(WireError) in
      unsafe ListFaultsResponse(
        faults: try list(message.pointee.faults, message.pointee.n_faults) {
          item throws(WireError) in
          unsafe try RowFault(item.pointee)
        })
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListFaultsResponse.self, muster__v1__list_faults_response__init)
      unsafe message.pointee.n_faults = faults.count
      unsafe message.pointee.faults = unsafe try arena.makeList(faults) { fault throws(WireError) in
        unsafe try fault.make(in: arena)
      }
      return unsafe message
    }
  }
}
