internal import GRPCCore
internal import MusterCore
internal import MusterWire

extension CallMemory {
  /// Unpacks a message of an import once there is memory for it; its rows keep that for as long as
  /// they are.
  ///
  /// - Throws: An `RPCError` for bytes that are no such message, or too large a one.
  func unpack(_ packed: PackedImportRequest) async throws -> ImportRequest {
    var bytesMax = packed.unpackedBytes
    do {
      while true {
        let grant = try await reserve(bytesMax, .unpacked)
        if let request = try packed.unpack(bytesMax: bytesMax, keeping: grant) {
          finishMessage()
          return request
        }
        // It was larger than it looked; the memory of the first try has gone.
        bytesMax = Limits.unpackedChunkBytesMax
      }
    } catch let error as WireError {
      throw RPCError(error)
    }
  }
}
