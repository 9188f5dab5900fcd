import MusterCore
import Testing

/// What the environment of a service manager means, and what of it is somebody else's.
@Suite struct ServiceManagerTests {
  typealias Handing = (listenPID: String?, listenFDs: String?, expected: HandedSocket)

  static let handings: [Handing] = [
    (nil, nil, .none), ("77", nil, .none), (nil, "1", .none), ("77", "1", .descriptor(3)),
    ("77", "0", .none), ("78", "1", .none), ("78", "2", .none),
  ]

  @Test(arguments: handings)
  func `a socket is taken if it was meant for this process`(_ handing: Handing) {
    let handed = HandedSocket(
      listenPID: handing.listenPID, listenFDs: handing.listenFDs, processID: 77)
    #expect(handed == handing.expected)
  }

  @Test(arguments: [
    ("77", "2", "2 sockets"), ("77", "1000000", "1000000 sockets"),
    ("77", "one", "LISTEN_FDS \"one\""), ("77", "-1", "must be numbers"),
    ("x", "1", "LISTEN_PID is \"x\""), ("0", "1", "must be numbers"), ("", "", "must be numbers"),
    ("77", "99999999999", "must be numbers"),
  ])
  func `what cannot be used is refused in words`(
    _ listenPID: String, _ listenFDs: String, _ phrase: String
  ) throws {
    let handed = HandedSocket(listenPID: listenPID, listenFDs: listenFDs, processID: 77)
    guard case .refused(let reason) = handed else {
      Issue.record("\(handed)")
      return
    }
    #expect(reason.contains(phrase), "\(reason)")
  }

  static let longName = String(repeating: "n", count: 106)

  typealias Address = (setting: String?, bytes: [UInt8]?)

  static let addresses: [Address] = [
    ("/run/notify", Array("/run/notify\0".utf8)), ("@muster", Array("\0muster".utf8)),
    ("/" + longName, Array("/\(longName)\0".utf8)), ("@n" + longName, Array("\0n\(longName)".utf8)),
    (nil, nil), ("", nil), ("/", nil), ("@", nil), ("run/notify", nil), ("vsock:2:1", nil),
    ("/n" + longName, nil), ("@nn" + longName, nil),
  ]

  @Test(arguments: addresses)
  func `a notify address is a path or an abstract name`(_ address: Address) {
    #expect(NotifyAddress(address.setting)?.pathBytes == address.bytes)
  }

  typealias Watchdog = (microseconds: String?, processID: String?, pause: Duration?)

  static let watchdogs: [Watchdog] = [
    ("30000000", nil, .seconds(15)), ("30000000", "77", .seconds(15)),
    ("1", "77", .microseconds(1)), ("30000000", "78", nil), ("30000000", "x", nil),
    ("0", nil, nil), ("-5", nil, nil), ("soon", nil, nil), (nil, "77", nil),
  ]

  @Test(arguments: watchdogs)
  func `the watchdog hears twice as often as it must`(_ watchdog: Watchdog) {
    let interval = WatchdogInterval(
      microseconds: watchdog.microseconds, watchdogPID: watchdog.processID, processID: 77)
    #expect(interval?.pause == watchdog.pause)
  }
}
