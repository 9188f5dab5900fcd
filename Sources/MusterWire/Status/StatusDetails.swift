internal import GRPCCore
public import MusterCore

/// What the trailers of a refused call say besides its status: a `google.rpc.Status` with an
/// `ErrorInfo`, and a `BadRequest` and a `RetryInfo` where there is something to say.
public struct StatusDetails: Sendable, Equatable {
  /// The status of the call, by its number.
  public var code: Int32
  /// The message of the call's status, exactly: readers compare them.
  public var message: String
  /// Why the call was refused; a newer daemon may know reasons that ``ErrorReason`` lacks.
  public var reason = ""
  /// Who gives the reason its meaning; ``domain`` for a daemon of ours.
  public var domain = ""
  /// What a program needs to know besides.
  public var facts: [String: String] = [:]
  /// The fields of the request that are wrong.
  public var violations: [FieldViolation] = []
  /// How long to wait before the same call is made again.
  public var retryAfter: Duration?

  /// The trailer that carries them.
  public static let trailer = "grpc-status-details-bin"
  /// The domain of our reasons.
  public static let domain = "muster"
  /// Bytes of a whole `google.rpc.Status`: in base64, and beside the longest message, it keeps all
  /// trailers of a call under the 8 KiB that some clients take (``StatusMessage``).
  public static let bytesMax = 4_096

  /// The details of a status that has none yet.
  public init(code: Int32, message: String) {
    self.code = code
    self.message = message
  }
}

extension StatusDetails {
  /// The details of an error, cut to what may travel.
  ///
  /// The last violations go first; how many, the fact `violations_left_out` says. The facts go only
  /// if they alone are too long.
  public init(_ error: some ExplainedError) {
    self.init(
      code: Int32(error.reason.code.status.rawValue),
      // Names that a caller has sent may hold anything; its terminal must not obey them.
      message: StatusMessage.fitted(VisibleText.escaped(error.message)))
    reason = error.reason.rawValue
    domain = Self.domain
    for (fact, value) in error.facts { facts[fact.rawValue] = value }
    violations = error.violations.map { violation in
      FieldViolation(
        field: violation.field, description: VisibleText.escaped(violation.description))
    }
    retryAfter = error.reason.retryAfter
    guard byteCount > Self.bytesMax else { return }
    self = withViolations(fittingCount)
    if byteCount > Self.bytesMax { facts = [:] }
  }

  /// How many violations fit.
  ///
  /// - Complexity: O(violations * log violations).
  private var fittingCount: Int {
    var fits = 0
    var isTooMany = violations.count
    while isTooMany - fits > 1 {
      let count = (fits + isTooMany) / 2
      if withViolations(count).byteCount <= Self.bytesMax {
        fits = count
      } else {
        isTooMany = count
      }
    }
    return fits
  }

  private func withViolations(_ count: Int) -> StatusDetails {
    var details = self
    details.violations = Array(violations.prefix(count))
    if count < violations.count {
      details.facts[ErrorFact.violationsLeftOut.rawValue] = "\(violations.count - count)"
    }
    return details
  }

  private var byteCount: Int {
    do throws(WireError) {
      let bytes: [UInt8] = try pack()
      return bytes.count
    } catch {
      return .max
    }
  }
}
