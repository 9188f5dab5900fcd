import GRPCCore
import Glibc
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// Every reason for which a call may be refused, over a socket: its status, its facts, and when to
/// try again.
@Suite(.timeLimit(.minutes(3))) struct ReasonTests {
  /// Those that nobody who calls can be told, and why.
  static let untold: [ErrorReason: String] = [
    .failedPrecondition: """
    A daemon that cannot start says so, and serves nobody then. Besides, it is what a store says \
    of a finish without a running import, and each stream ends with the import that it runs.
    """,
    .callCancelled: "Whoever has cancelled a call, or is gone, hears nothing more of it.",
  ]

  static let provocations =
    ReasonProvocation.requests + ReasonProvocation.imports + ReasonProvocation.stores
  /// Those with a test of their own: below, and in `PolicyTests`, for these take another user.
  static let apart: Set<ErrorReason> = [.noRoom, .scopeMissing, .noAccess]

  @Test func `every reason is provoked once, or it stands written why it cannot be`() {
    let provoked = Self.provocations.map(\.reason)
    #expect(Set(provoked).count == provoked.count)
    let all = [Set(provoked), Self.apart, Set(Self.untold.keys)]
    #expect(all.reduce([]) { $0.union($1) } == Set(ErrorReason.allCases))
    #expect(all.map(\.count).reduce(0, +) == ErrorReason.allCases.count)
  }

  @Test(arguments: provocations)
  func `a reason comes with its status, its facts, and when to try again`(
    _ provocation: ReasonProvocation
  ) async throws {
    let reason = provocation.reason
    try await TestDaemon.with(limits: provocation.limits, bounds: provocation.bounds) { daemon in
      var told = try await provocation.refusal(daemon)
      if provocation.facts[.importID] == ReasonProvocation.anyUUID, told.facts["import_id"] != "" {
        _ = told.facts.updateValue(ReasonProvocation.anyUUID, forKey: "import_id")
      }
      let facts = provocation.facts.map { ($0.rawValue, $1) }
      #expect(
        told
          == ReasonProvocation.Told(
            reason: reason.rawValue, status: reason.code.status,
            facts: Dictionary(uniqueKeysWithValues: facts), retryAfter: reason.retryAfter))
    }
  }

  /// In a process of its own, whose files may not grow meanwhile.
  @Test func `a full disk is told as one, and the daemon serves on once there is room`() async {
    await Gate.daemons.pass {
      _ = await #expect(processExitsWith: .success) {
        _ = signal(SIGXFSZ, SIG_IGN)
        try await TestDaemon.with { daemon in
          try await daemon.expectServesOn()
          let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
          var limit = rlimit()
          unsafe getrlimit(resource, &limit)
          let usual = limit.rlim_cur
          limit.rlim_cur = 1
          unsafe setrlimit(resource, &limit)
          let refused = ReasonProvocation.call(.noRoom) { client, _ in
            _ = try await client.importRows(
              columns: ["external_id"], rows: [["a"]], importID: ReasonProvocation.importID)
          }
          let told = try await refused.refusal(daemon)
          limit.rlim_cur = usual
          unsafe setrlimit(resource, &limit)
          try #require(told.reason == "NO_ROOM" && told.status == .resourceExhausted, "\(told)")
          try #require(told.retryAfter == nil && told.facts["workspace"] == "default", "\(told)")
          try await daemon.expectServesOn()
        }
      }
    }
  }
}
