internal import CMusterProto
internal import CProtobufC

/// Owns the memory of one C message: unpacked from bytes, or being built to be packed.
///
/// Everything that it hands out is valid until it is freed in `deinit`.
@safe final class Arena {
  private let pointer: OpaquePointer
  private let kept: (any AnyObject & Sendable)?

  /// - Parameters:
  ///   - budgetBytes: What it hands out at most; a larger message fails to unpack.
  ///   - keeping: Goes when its memory has gone.
  init(budgetBytes: Int, keeping: (any AnyObject & Sendable)? = nil) throws(WireError) {
    kept = keeping
    guard let pointer = unsafe muster_arena_create(budgetBytes) else {
      throw WireError(code: .outOfMemory, message: "There is no memory left for a message.")
    }
    unsafe self.pointer = unsafe pointer
  }

  deinit { unsafe muster_arena_destroy(pointer) }

  /// Bytes handed out so far.
  var usedBytes: Int { unsafe muster_arena_used_bytes(pointer) }

  /// Unpacks a message whose C type is `Message`.
  ///
  /// - Throws: `malformed` for bytes that are no such message, `tooLarge` beyond the budget.
  func unpack<Message>(
    _ type: Message.Type, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>,
    from bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> UnsafeMutablePointer<Message> {
    let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    // An empty message has no address, yet protobuf-c wants one.
    let message = unsafe withUnsafePointer(to: 0 as UInt8) { empty in
      unsafe muster_arena_unpack(pointer, descriptor, bytes.count, start ?? empty)
    }
    guard let message = unsafe message else {
      if unsafe muster_arena_is_exhausted(pointer) {
        throw WireError(
          code: .tooLarge,
          message: "The message needs more memory than a message may; send smaller chunks.")
      }
      throw WireError(
        code: .malformed, message: "The message's bytes are not the protobuf message of this call.")
    }
    guard unsafe message.pointee.n_unknown_fields <= Self.unknownFieldsMax else {
      throw WireError(
        code: .malformed,
        message: "The message has too many fields that this version does not know.")
    }
    return unsafe UnsafeMutableRawPointer(message).assumingMemoryBound(to: Message.self)
  }

  /// Fields of a newer protocol that are let pass; each one costs memory (Library facts,
  /// "protobuf-c").
  static var unknownFieldsMax: UInt32 { 64 }

  /// Memory for `count` values, not initialized.
  func allocate<Value>(_ type: Value.Type, count: Int) throws(WireError) -> UnsafeMutablePointer<
    Value
  > {
    guard let raw = unsafe muster_arena_allocate(pointer, count * MemoryLayout<Value>.stride) else {
      throw WireError(code: .tooLarge, message: "The message is too large to be built.")
    }
    return unsafe raw.bindMemory(to: Value.self, capacity: count)
  }

  /// A copy of the bytes, as the C messages hold them.
  func copy(_ bytes: some Collection<UInt8>) throws(WireError) -> ProtobufCBinaryData {
    let count = bytes.count
    let memory = unsafe try allocate(UInt8.self, count: max(count, 1))
    var place = 0
    for byte in bytes {
      unsafe memory[place] = byte
      place += 1
    }
    return unsafe ProtobufCBinaryData(len: count, data: memory)
  }

  /// A copy of the text's UTF-8.
  func copy(_ text: String) throws(WireError) -> ProtobufCBinaryData {
    unsafe try copy(text.utf8)
  }

  /// Copies of texts, as a repeated field holds them.
  func copy(_ texts: [String]) throws(WireError) -> UnsafeMutablePointer<ProtobufCBinaryData> {
    let list = unsafe try allocate(ProtobufCBinaryData.self, count: texts.count)
    for (place, text) in texts.enumerated() { unsafe list[place] = unsafe try copy(text) }
    return unsafe list
  }

  /// Copies of numbers, as a repeated field holds them.
  func copy(_ numbers: [UInt64]) throws(WireError) -> UnsafeMutablePointer<UInt64> {
    let list = unsafe try allocate(UInt64.self, count: numbers.count)
    for (place, number) in numbers.enumerated() { unsafe list[place] = number }
    return unsafe list
  }

  /// One C message, initialized by its generated `init`.
  func make<Message>(
    _ type: Message.Type, _ initialize: (UnsafeMutablePointer<Message>?) -> Void
  ) throws(WireError) -> UnsafeMutablePointer<Message> {
    let message = unsafe try allocate(type, count: 1)
    unsafe initialize(message)
    return unsafe message
  }

  /// A repeated field of messages, each made from one element.
  func makeList<Element, Message>(
    _ elements: [Element], _ make: (Element) throws(WireError) -> UnsafeMutablePointer<Message>
  ) throws(WireError) -> UnsafeMutablePointer<UnsafeMutablePointer<Message>?> {
    let list = unsafe try allocate(UnsafeMutablePointer<Message>?.self, count: elements.count)
    for (place, element) in elements.enumerated() { unsafe list[place] = unsafe try make(element) }
    return unsafe list
  }
}
