public import GRPCCore
internal import MusterCore

/// A message from the client of an import that is not unpacked yet: unpacking may take many times
/// its bytes, so whoever receives it looks first whether there is memory.
public final class PackedImportRequest: @unchecked Sendable {
  // Used by one task at a time.
  private var bytes: (any GRPCContiguousBytes)?

  init(_ bytes: some GRPCContiguousBytes) { self.bytes = bytes }

  /// Bytes of memory that the message takes once unpacked, about; never more than a message may
  /// take.
  ///
  /// - Complexity: O(cells), at a few nanoseconds each.
  public var unpackedBytes: Int {
    let found = unsafe bytes?.withUnsafeBytes { buffer in
      UnpackedSize.ofImportRequest(unsafe buffer.bindMemory(to: UInt8.self).span)
    }
    return min(found ?? 0, Limits.unpackedChunkBytesMax)
  }

  /// Unpacks it; its bytes are gone then, unless it could not be unpacked.
  ///
  /// - Parameters:
  ///   - bytesMax: Bytes of memory that it may take.
  ///   - keeping: Kept as long as the memory of the rows is.
  /// - Returns: nil if it takes more than `bytesMax`, which is less than a message may take.
  /// - Throws: `malformed`, `invalidText`, `outOfMemory`, or `tooLarge` for a message that takes
  ///   more than any may.
  public func unpack(
    bytesMax: Int, keeping: (any AnyObject & Sendable)?
  ) throws(WireError) -> ImportRequest? {
    let budgetBytes = min(bytesMax, Limits.unpackedChunkBytesMax)
    let result = unsafe bytes?.withUnsafeBytes { buffer -> Result<ImportRequest, WireError> in
      do throws(WireError) {
        return .success(
          unsafe try ImportRequest.unpack(buffer, budgetBytes: budgetBytes, keeping: keeping))
      } catch {
        return .failure(error)
      }
    }
    guard let result else {
      throw WireError(code: .malformed, message: "The message has been unpacked already.")
    }
    if case .failure(let error) = result, error.code == .tooLarge, error.facts.isEmpty,
      budgetBytes < Limits.unpackedChunkBytesMax
    {
      return nil
    }
    bytes = nil
    return try result.get()
  }
}

/// gRPC's deserializer of a ``PackedImportRequest``: it only keeps the bytes.
public struct PackedImportDeserializer: MessageDeserializer {
  /// A deserializer; it keeps no state and may serve any number of calls.
  public init() {}

  public func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) -> PackedImportRequest {
    PackedImportRequest(bytes)
  }
}
