import MusterTestSupport
import MusterWire

/// A message as it is on the wire.
func wireBytes(_ message: some WireMessage) throws -> [UInt8] { try message.pack() }

/// Reads a message.
func unpack<Message: WireMessage>(_ type: Message.Type, _ bytes: [UInt8]) throws -> Message {
  unsafe try bytes.withUnsafeBytes { unsafe try type.unpack($0) }
}

/// Reads a message, writes it and gives the bytes.
func repacked<Message: WireMessage>(_ type: Message.Type, _ bytes: [UInt8]) throws -> [UInt8] {
  try wireBytes(unpack(type, bytes))
}

/// The error that reading a message ends with; nil if it can be read.
func refusal<Message: WireMessage>(_ type: Message.Type, _ bytes: [UInt8]) -> WireError? {
  do {
    _ = try unpack(type, bytes)
    return nil
  } catch {
    return error as? WireError
  }
}
