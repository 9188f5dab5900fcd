internal import CMusterProto
internal import CProtobufC
public import GRPCCore
internal import MusterCore

/// A message that gRPC carries: owned Swift values on this side, a C message of libprotobuf-c and
/// its bytes on the other.
public protocol WireMessage: Sendable {
  /// Reads a message.
  ///
  /// - Throws: `malformed`, `invalidText` or `tooLarge`.
  static func unpack(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> Self

  /// Writes the message straight into gRPC's own buffer.
  func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes
}

/// Bytes that the memory of a message without rows may take, unpacked or being built.
let messageBudgetBytes = 8 * 1024 * 1024

/// Packs a C message into a buffer of gRPC's.
func packed<Message, Bytes: GRPCContiguousBytes>(_ message: UnsafeMutablePointer<Message>) -> Bytes
{
  let base = unsafe UnsafeMutableRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self)
  var bytes = Bytes(repeating: 0, count: unsafe protobuf_c_message_get_packed_size(base))
  unsafe bytes.withUnsafeMutableBytes { buffer in
    if let start = buffer.baseAddress {
      _ = unsafe protobuf_c_message_pack(base, start.assumingMemoryBound(to: UInt8.self))
    }
  }
  return bytes
}

/// gRPC's serializer of a ``WireMessage``.
public struct WireSerializer<Message: WireMessage>: MessageSerializer {
  /// A serializer; it keeps no state and may serve any number of calls.
  public init() {}

  public func serialize<Bytes: GRPCContiguousBytes>(_ message: Message) throws -> Bytes {
    do throws(WireError) {
      return try message.pack()
    } catch {
      throw RPCError(StoreError(.internalError, error.message))
    }
  }
}

/// gRPC's deserializer of a ``WireMessage``.
public struct WireDeserializer<Message: WireMessage>: MessageDeserializer {
  /// A deserializer; it keeps no state and may serve any number of calls.
  public init() {}

  /// - Throws: An `RPCError` with INVALID_ARGUMENT for bytes that are no such message, or
  ///   RESOURCE_EXHAUSTED for one over a bound.
  public func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Message {
    unsafe try bytes.withUnsafeBytes { buffer in
      do throws(WireError) {
        return unsafe try Message.unpack(buffer)
      } catch {
        throw RPCError(error)
      }
    }
  }
}
