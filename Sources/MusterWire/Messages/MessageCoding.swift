internal import CMusterProto
internal import CProtobufC
internal import GRPCCore

// What the messages without rows share: a C message that lives for the length of one closure.

/// Unpacks a C message and reads a value from it.
func unpacked<Message, Value>(
  _ bytes: UnsafeRawBufferPointer, _ type: Message.Type,
  _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>,
  _ read: (UnsafeMutablePointer<Message>) throws(WireError) -> Value
) throws(WireError) -> Value {
  let arena = try Arena(budgetBytes: messageBudgetBytes)
  let message = unsafe try arena.unpack(type, descriptor, from: bytes)
  return try withExtendedLifetime(arena) { () throws(WireError) -> Value in
    unsafe try read(message)
  }
}

/// Makes a C message in an arena, and packs it.
func packed<Message, Bytes: GRPCContiguousBytes>(
  _ make: (Arena) throws(WireError) -> UnsafeMutablePointer<Message>
) throws(WireError) -> Bytes {
  let arena = try Arena(budgetBytes: messageBudgetBytes)
  let message = unsafe try make(arena)
  return withExtendedLifetime(arena) { unsafe packed(message) }
}

/// The values of a repeated field of messages.
func list<Message, Value>(
  _ messages: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int,
  _ read: (UnsafeMutablePointer<Message>) throws(WireError) -> Value
) throws(WireError) -> [Value] {
  var values: [Value] = []
  guard let messages = unsafe messages else { return values }
  values.reserveCapacity(count)
  for place in 0..<count {
    if let message = unsafe messages[place] { values.append(unsafe try read(message)) }
  }
  return values
}

/// The values of a repeated field of numbers.
func numbers(_ list: UnsafeMutablePointer<UInt64>?, _ count: Int) -> [UInt64] {
  unsafe Array(UnsafeBufferPointer(start: list, count: list == nil ? 0 : count))
}

/// A field of a message that has to be there.
func required<Message>(
  _ message: UnsafeMutablePointer<Message>?, _ field: StaticString
) throws(WireError) -> UnsafeMutablePointer<Message> {
  guard let message = unsafe message else {
    throw WireError(
      code: .malformed, message: "The field \(field) is missing; set it.", field: "\(field)")
  }
  return unsafe message
}
