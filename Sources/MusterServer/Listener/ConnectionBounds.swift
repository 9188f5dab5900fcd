/// Every bound on what a connection sends besides its calls, each with its unit in its name and its
/// reason beside it.
///
/// PROTOCOL.md, "Control frames", says them to the writers of clients.
struct ConnectionBounds: Sendable, Equatable {
  /// Milliseconds that a new connection has for its preface and its whole first frame.
  ///
  /// Stock clients send both at once; this lets one through that was stopped or starved meanwhile.
  var prefaceMillisecondsMax: Int64 = 10_000

  /// Control frames (PING, WINDOW_UPDATE, SETTINGS and all others that carry no part of a call)
  /// that a connection may send beyond what it has earned, and the most that it can save up.
  ///
  /// A client may answer frames that the daemon sent a while ago: 10,922 messages of one byte fit
  /// into the window of 65,535 bytes that clients have by default.
  var savedControlFramesMax = 20_000
  /// Control frames earned with each buffer that the daemon writes; a frame is one or two of them.
  ///
  /// grpc-go answers a DATA frame, which is two, with one PING at most and a few WINDOW_UPDATEs:
  /// 0.6 a buffer, measured over an export of 1,000,000 rows, and its credit never fell below
  /// 19,990. So no pace of the daemon's own can take a stock client over the bound, while a flood,
  /// to which the daemon sends nothing but answers to PINGs, earns nothing.
  var controlFramesPerSentBuffer = 4
  /// Control frames earned in a second: keepalive PINGs of a client that waits.
  var controlFramesPerSecond: Int64 = 10

  /// Answers to PINGs that wait in the daemon because their client does not read.
  ///
  /// Stock clients have one PING of a kind under way, so two at most.
  var unreadAnswersMax = 1_000
}
