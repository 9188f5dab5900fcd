import GRPCCore
import MusterClient
import MusterCore
import MusterServer
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// A call over a socket that is refused for a reason.
struct ReasonProvocation: Sendable, CustomTestStringConvertible {
  /// What a refused call was told.
  struct Told: Sendable, Equatable {
    var reason: String
    var status: RPCError.Code
    var facts: [String: String]
    var retryAfter: Duration?
  }

  var reason: ErrorReason
  /// The facts that it must be told, all of them.
  var facts: [ErrorFact: String]
  var limits = Limits()
  var bounds = TransportBounds()
  var refusal: @Sendable (TestDaemon) async throws -> Told

  var testDescription: String { reason.rawValue }

  /// A call of our own client that throws.
  static func call(
    _ reason: ErrorReason, _ facts: [ErrorFact: String] = [:], limits: Limits = Limits(),
    bounds: TransportBounds = TransportBounds(),
    _ call: @escaping @Sendable (MusterClient, TestDaemon) async throws -> Void
  ) -> Self {
    Self(reason: reason, facts: facts, limits: limits, bounds: bounds) { daemon in
      do {
        try await daemon.client { try await call($0, daemon) }
        throw TestFailure("Nobody refused it.")
      } catch let error as MusterClientError {
        return Told(error)
      }
    }
  }

  /// A stream of these messages, which must not end with OK.
  static func stream(
    _ reason: ErrorReason, _ facts: [ErrorFact: String] = [:], limits: Limits = Limits(),
    _ send: @escaping @Sendable (RawSender, TestDaemon) async throws -> Void
  ) -> Self {
    Self(reason: reason, facts: facts, limits: limits) { daemon in
      try await Told(
        daemon.rawClient { raw in await raw.stream { try await send($0, daemon) } }.error)
    }
  }
}

extension ReasonProvocation.Told {
  init(_ error: MusterClientError) {
    self.init(
      reason: error.reason?.rawValue ?? "none",
      status: RPCError.Code(Status.Code(rawValue: error.code.rawValue) ?? .ok) ?? .unknown,
      facts: Dictionary(uniqueKeysWithValues: error.facts.map { ($0.rawValue, $1) }),
      retryAfter: error.retryAfter)
  }

  init(_ error: RPCError?) throws {
    let error = try #require(error, "Nobody refused it.")
    let details = try #require(error.details, "no details: \(error)")
    self.init(
      reason: details.reason, status: error.code, facts: details.facts,
      retryAfter: details.retryAfter)
  }
}
