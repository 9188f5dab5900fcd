/// How long a call may take, as the header `grpc-timeout` says it: one to eight digits and a unit.
///
/// Source: gRPC over HTTP/2, "Timeout".
struct CallTimeout: Equatable {
  let duration: Duration
  private let amount: Int64
  private let unit: Unit

  private enum Unit: UInt8 {
    case nanoseconds = 0x6E
    case microseconds = 0x75
    case milliseconds = 0x6D
    case seconds = 0x53
    case minutes = 0x4D
    case hours = 0x48

    /// The next longer unit, and how many of this one make it.
    var longer: (unit: Unit, count: Int64)? {
      switch self {
      case .nanoseconds: (.microseconds, 1000)
      case .microseconds: (.milliseconds, 1000)
      case .milliseconds: (.seconds, 1000)
      case .seconds: (.minutes, 60)
      case .minutes: (.hours, 60)
      case .hours: nil
      }
    }

    func duration(_ amount: Int64) -> Duration {
      switch self {
      case .nanoseconds: .nanoseconds(amount)
      case .microseconds: .microseconds(amount)
      case .milliseconds: .milliseconds(amount)
      case .seconds: .seconds(amount)
      case .minutes: .seconds(amount * 60)
      case .hours: .seconds(amount * 3600)
      }
    }
  }

  static let header = "grpc-timeout"
  private static let digitsMax = 8
  /// grpc-swift-2 2.4.3 takes eight characters in all, and sees no timeout in longer ones.
  private static let shortAmountMax: Int64 = 9_999_999
  /// A century: what is longer, no timer can wait for.
  private static let hoursMax: Int64 = 876_000

  /// Nil for anything that is not of the form.
  init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard (2...Self.digitsMax + 1).contains(bytes.count), let last = bytes.last,
      let unit = Unit(rawValue: last)
    else { return nil }
    var amount: Int64 = 0
    for byte in bytes.dropLast() {
      guard (0x30...0x39).contains(byte) else { return nil }
      amount = amount * 10 + Int64(byte - 0x30)
    }
    self.amount = amount
    self.unit = unit
    duration = unit.duration(amount)
  }

  /// The same in at most eight characters, rounded up; nil if it is longer than any call.
  var shortText: String? {
    var (amount, unit) = (amount, unit)
    while amount > Self.shortAmountMax, let longer = unit.longer {
      amount = (amount + longer.count - 1) / longer.count
      unit = longer.unit
    }
    guard unit.duration(amount) <= Unit.hours.duration(Self.hoursMax) else { return nil }
    return "\(amount)" + String(decoding: [unit.rawValue], as: UTF8.self)
  }
}
