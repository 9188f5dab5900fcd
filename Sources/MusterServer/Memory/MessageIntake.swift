internal import MusterCore
internal import NIOCore

/// Puts the messages of a stream together, each only once there is memory for it.
///
/// Source: gRPC over HTTP/2, "Length-Prefixed-Message": a byte that says whether it is compressed,
/// four bytes of length, the message. It has no clock and does no input or output.
struct MessageIntake {
  /// What happens next.
  enum Step: Equatable {
    /// More bytes must come.
    case needsBytes
    /// A message of so many bytes has begun; ``admit()`` lets it in.
    case needsMemory(byteCount: Int)
    /// A message has come whole; it begins with its prefix.
    case message(ByteBuffer)
    /// What came is no message that the daemon takes, and nothing after it is.
    case refused(StoreError)
  }

  private static let prefixBytes = 5
  private let messageBytesMax: Int
  /// Bytes that wait behind a message that is not let in yet, or less than a prefix.
  private var held = ByteBuffer()
  /// The length of a message that has begun and is not let in yet.
  private var begunBytes: Int?
  private var message: ByteBuffer?
  private var isRefused = false
  /// Bytes of the message that was let in which have not come yet.
  private(set) var missingBytes = 0

  init(messageBytesMax: Int) { self.messageBytesMax = messageBytesMax }

  /// Bytes that are kept without memory for a message.
  var heldBytes: Int { held.readableBytes }

  /// Whether the bytes so far end inside a message.
  var isInsideMessage: Bool { message != nil || begunBytes != nil || held.readableBytes > 0 }

  /// Takes bytes from the stream; they are copied, so that nobody keeps the buffers of the socket.
  mutating func append(_ bytes: ByteBuffer) {
    guard !isRefused else { return }
    var bytes = bytes
    fill(from: &bytes)
    if bytes.readableBytes > 0 { held.writeImmutableBuffer(bytes) }
  }

  /// Lets the message in that has begun.
  mutating func admit() {
    guard let byteCount = begunBytes else { return }
    begunBytes = nil
    missingBytes = Self.prefixBytes + byteCount
    message = ByteBufferAllocator().buffer(capacity: missingBytes)
    var bytes = held
    held = ByteBuffer()
    fill(from: &bytes)
    if bytes.readableBytes > 0 { held.writeImmutableBuffer(bytes) }
  }

  /// Takes nothing more: whatever comes is dropped.
  mutating func refuse() {
    self = MessageIntake(messageBytesMax: messageBytesMax)
    isRefused = true
  }

  /// Moves what the message that was let in still lacks.
  private mutating func fill(from bytes: inout ByteBuffer) {
    guard missingBytes > 0,
      let part = bytes.readSlice(length: min(missingBytes, bytes.readableBytes))
    else { return }
    message?.writeImmutableBuffer(part)
    missingBytes -= part.readableBytes
  }

  /// Looks at what has come; says the same again until what it needs is there.
  mutating func next() -> Step {
    if let whole = message {
      guard missingBytes == 0 else { return .needsBytes }
      message = nil
      return .message(whole)
    }
    if let begunBytes { return .needsMemory(byteCount: begunBytes) }
    guard !isRefused, let flag: UInt8 = held.getInteger(at: held.readerIndex),
      let length: UInt32 = held.getInteger(at: held.readerIndex + 1)
    else { return .needsBytes }
    if let refusal = refusal(flag: flag, byteCount: Int(length)) {
      refuse()
      return .refused(refusal)
    }
    begunBytes = Int(length)
    return .needsMemory(byteCount: Int(length))
  }

  private func refusal(flag: UInt8, byteCount: Int) -> StoreError? {
    switch flag {
    case 0: break
    case 1:
      return StoreError(
        reason: .malformedMessage,
        "The message says that it is compressed, and the call names no compression; send it as it"
          + " is.")
    default:
      return StoreError(
        reason: .malformedMessage,
        "The message begins with the byte \(flag), where 0 stands for one that is not compressed.")
    }
    guard byteCount > messageBytesMax else { return nil }
    return StoreError(
      reason: .limitExceeded,
      "A message of \(byteCount) bytes is over the limit of \(messageBytesMax) bytes a chunk; send"
        + " smaller chunks.", Limits.facts("chunkBytesMax", messageBytesMax))
  }
}
