import GRPCCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

@testable import MusterServer

/// The header grpc-timeout: one to eight digits and a unit.
@Suite(.timeLimit(.minutes(1))) struct CallTimeoutTests {
  @Test(
    arguments: [
      ("1H", .seconds(3600), "1H"), ("2M", .seconds(120), "2M"), ("30S", .seconds(30), "30S"),
      ("5m", .milliseconds(5), "5m"), ("7u", .microseconds(7), "7u"),
      ("9n", .nanoseconds(9), "9n"), ("0S", .zero, "0S"), ("00000005S", .seconds(5), "5S"),
      ("9999999u", .microseconds(9_999_999), "9999999u"),
      ("10000000u", .seconds(10), "10000m"), ("19999987u", .microseconds(19_999_987), "20000m"),
      ("99999999n", .nanoseconds(99_999_999), "100000u"),
      ("99999999m", .milliseconds(99_999_999), "100000S"),
      ("99999999S", .seconds(99_999_999), "1666667M"),
      ("52560000M", .seconds(52_560_000 * 60), "876000H"),
      ("876000H", .seconds(3_153_600_000), "876000H"),
    ] as [(String, Duration, String)])
  func `a timeout is read, and said again in eight characters`(
    _ text: String, _ duration: Duration, _ short: String
  ) throws {
    let timeout = try #require(CallTimeout(text))
    #expect(timeout.duration == duration)
    #expect(timeout.shortText == short)
  }

  @Test(arguments: ["876001H", "9999999H", "99999999H", "99999999M"])
  func `a timeout longer than any call is none`(_ text: String) throws {
    #expect(try #require(CallTimeout(text)).shortText == nil)
  }

  static let malformed = [
    "", "S", "1", "-1S", "+1S", "-0S", " 1S", "1 S", "1S ", "1s", "1h", "1.5S", "1e3m", "0x1S",
    "123456789S", "999999999999n", "1SS", "\u{FF11}S", "1\u{301}S", "1\u{E9}",
  ]

  @Test(arguments: malformed)
  func `anything else is no timeout`(_ text: String) {
    #expect(CallTimeout(text) == nil)
  }

  /// In a process of its own: a daemon that trusts the header traps.
  @Test func `no such header harms the daemon`() async {
    await Gate.daemons.pass {
      _ = await #expect(processExitsWith: .success) {
        try await TestDaemon.with { daemon in
          try await daemon.rawClient { raw in
            let texts = CallTimeoutTests.malformed.filter { $0.utf8.allSatisfy { $0 < 0x80 } }
            for text in texts + ["99999999H", "876000H", "99999999S"] {
              let answer = try await raw.grpc.unary(
                request: ClientRequest(
                  message: RawMessage(bytes: []), metadata: ["grpc-timeout": "\(text)"]),
                descriptor: HealthMethods.check, serializer: RawSerializer(),
                deserializer: RawDeserializer(), options: .defaults
              ) { try $0.message }
              #expect(answer.bytes == [8, 1], "\(text)")
            }
          }
          try await daemon.expectServesOn()
        }
      }
    }
  }
}
