import MusterCore
import NIOCore
import Testing

@testable import MusterServer

/// Messages are put together from any split of their bytes, and none is let in before its turn.
@Suite struct MessageIntakeTests {
  private static func packed(_ byteCount: Int, flag: UInt8 = 0) -> ByteBuffer {
    var bytes = ByteBuffer()
    bytes.writeInteger(flag)
    bytes.writeInteger(UInt32(byteCount))
    bytes.writeRepeatingByte(7, count: byteCount)
    return bytes
  }

  @Test("messages come whole, however their bytes are split", arguments: [1, 2, 5, 6, 64, 1_000])
  func splits(partBytes: Int) {
    var sent = Self.packed(0)
    sent.writeImmutableBuffer(Self.packed(100))
    sent.writeImmutableBuffer(Self.packed(3))
    var intake = MessageIntake(messageBytesMax: 100)
    var messages: [ByteBuffer] = []
    while sent.readableBytes > 0 {
      guard let part = sent.readSlice(length: min(partBytes, sent.readableBytes)) else { return }
      intake.append(part)
      loop: while true {
        switch intake.next() {
        case .needsBytes: break loop
        case .needsMemory: intake.admit()
        case .message(let message): messages.append(message)
        case .refused(let error): Issue.record("\(error)")
        }
      }
    }
    #expect(messages == [Self.packed(0), Self.packed(100), Self.packed(3)])
    #expect(!intake.isInsideMessage && intake.heldBytes == 0)
  }

  @Test func `what follows a message that is not let in yet is held, and said to be so`() {
    var intake = MessageIntake(messageBytesMax: 100)
    intake.append(Self.packed(10))
    #expect(intake.next() == .needsMemory(byteCount: 10))
    #expect(intake.next() == .needsMemory(byteCount: 10))
    #expect(intake.heldBytes == 15 && intake.missingBytes == 0)
    intake.admit()
    #expect(intake.next() == .message(Self.packed(10)))
  }

  @Test func `a message that lacks bytes says how many`() {
    var intake = MessageIntake(messageBytesMax: 1 << 20)
    var begun = Self.packed(1 << 20)
    intake.append(begun.readSlice(length: 1_000) ?? ByteBuffer())
    #expect(intake.next() == .needsMemory(byteCount: 1 << 20))
    intake.admit()
    #expect(intake.missingBytes == (1 << 20) + 5 - 1_000)
    intake.append(begun)
    #expect(intake.missingBytes == 0)
  }

  @Test(
    "what is no message is refused with its reason, and nothing after it is looked at",
    arguments: [
      (packed(1, flag: 1), ErrorReason.malformedMessage), (packed(1, flag: 2), .malformedMessage),
      (packed(1, flag: 255), .malformedMessage), (packed(101), .limitExceeded),
    ])
  func refusals(sent: ByteBuffer, reason: ErrorReason) {
    var intake = MessageIntake(messageBytesMax: 100)
    intake.append(sent)
    guard case .refused(let error) = intake.next() else {
      Issue.record("it was not refused")
      return
    }
    #expect(error.reason == reason)
    intake.append(Self.packed(1))
    #expect(intake.next() == .needsBytes)
    #expect(intake.heldBytes == 0)
  }
}
