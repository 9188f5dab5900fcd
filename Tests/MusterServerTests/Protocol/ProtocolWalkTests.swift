import GRPCCore
import MusterCore
import MusterTestSupport
import MusterWire
import Testing

/// PROTOCOL.md, violation by violation: each is committed, and answered as it says.
@Suite(.timeLimit(.minutes(3))) struct ProtocolWalkTests {
  @Test func `every violation that is documented can be committed, and no other`() throws {
    let documented = try ProtocolDocument.violations().map(\.what)
    #expect(documented.count >= 30)
    #expect(Set(documented) == Set(Provocation.all.keys))
    #expect(Set(documented).count == documented.count)
    for case .test(let file) in Provocation.all.values {
      #expect(ProtocolDocument.hasTestFile(file), "there is no \(file)")
    }
  }

  @Test(arguments: try ProtocolDocument.violations())
  func `a violation is answered as documented`(_ violation: ProtocolDocument.Violation) async throws
  {
    let provocation = try #require(Provocation.all[violation.what])
    guard let outcome = try await provocation.commit() else { return }
    guard !violation.codes.isEmpty else {
      #expect(outcome.error == nil)
      return
    }
    let error = try #require(outcome.error)
    #expect(violation.codes.contains(error.code), "\(error)")
    #expect(ProtocolDocument.isSame(error.message, as: violation.message), "\(error.message)")
    let details = try #require(error.details, "\(error)")
    let reason = try #require(ErrorReason(rawValue: details.reason), "\(details)")
    #expect(details.domain == "muster" && details.message == error.message)
    #expect(reason.code.status == error.code && details.code == Int32(error.code.rawValue))
    #expect(details.retryAfter == reason.retryAfter)
    #expect(try ProtocolDocument.reasons()[reason.rawValue] == error.code)
  }

  @Test func `every reason is documented with its status and its time to wait`() throws {
    let documented = try ProtocolDocument.reasons()
    #expect(Set(documented.keys) == Set(ErrorReason.allCases.map(\.rawValue)))
    let delays = try ProtocolDocument.retriedReasons()
    for reason in ErrorReason.allCases {
      #expect(documented[reason.rawValue] == reason.code.status, "\(reason)")
      let delay = reason.retryAfter.map { "\($0.components.seconds) s" }
      #expect(delays[reason.rawValue] == delay ?? "", "\(reason)")
    }
  }

  @Test func `every method is documented with its scopes`() throws {
    var wanted: [String: String] = [:]
    for (name, access) in MethodAccess.table {
      let method = String(name.split(separator: ".").last ?? "").replacing("/", with: ".")
      func words(_ scopes: [AccessScope]) -> String {
        scopes.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      }
      wanted[method] =
        switch access {
        case .everybody: "none, nor a rule"
        case .anyCaller: "none"
        case .ownWorkspaces: "none: it lists the workspaces on which the caller has any scope"
        case .scopes(let scopes): words(scopes)
        case .importing(let scope, let preview):
          "\(words([scope])); \(words([preview])) for a preview"
        }
    }
    #expect(try ProtocolDocument.scopes() == wanted)
  }

  @Test(arguments: [
    ("Row 5 is gone.", "Row 5 is gone.", true), ("Row 5 is gone.", "Row 6 is gone.", false),
    ("It failed.", "It failed. So is the next one.", true), ("It fail", "It failed.", true),
    ("", "It failed.", false), ("The id x is bad; why.", "The id … is bad; why.", true),
    ("The id x is bad; why", "The id … is bad; why.", false),
    ("An id x is bad; why.", "The id … is bad; why.", false),
    ("The id x is good; why.", "The id … is bad; why.", false),
    ("The id x: whatever", "The id x: …", true),
  ])
  func `a documented message is told from others`(
    _ message: String, _ documented: String, _ isSame: Bool
  ) {
    #expect(ProtocolDocument.isSame(message, as: documented) == isSame)
  }
}
