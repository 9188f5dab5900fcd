import MusterTestSupport
import Testing

@testable import MusterServer

/// PINGs are taken out of a client's bytes, however these are split; everything else stays.
@Suite struct FrameScanTests {
  /// What became of bytes.
  struct Outcome: Equatable {
    var passed: [UInt8] = []
    var answered: [UInt64] = []
  }

  /// A scan that an expectation can look at and change in one.
  private final class Scanner {
    private var scan = FrameScan()

    func next(_ bytes: [UInt8]) -> FrameScan.Action { scan.next(bytes.span) }
  }

  /// Feeds one piece.
  private func feed(_ piece: ArraySlice<UInt8>, to scan: inout FrameScan, _ outcome: inout Outcome)
  {
    var left = piece
    while !left.isEmpty {
      let bytes = Array(left)
      switch scan.next(bytes.span) {
      case .pass(let count):
        outcome.passed += left.prefix(count)
        left = left.dropFirst(count)
      case .keep(let count): left = left.dropFirst(count)
      case .release(let count, let header):
        outcome.passed += header
        left = left.dropFirst(count)
      case .answer(let count, let payload):
        outcome.answered.append(payload)
        left = left.dropFirst(count)
      }
    }
  }

  private func outcome(of pieces: [ArraySlice<UInt8>]) -> Outcome {
    var scan = FrameScan()
    var outcome = Outcome()
    for piece in pieces { feed(piece, to: &scan, &outcome) }
    return outcome
  }

  private static let opening = FrameBytes.preface + FrameBytes.settings

  /// A name, what a client sends after its opening, and what of it passes; the rest are PINGs 1, 2
  /// and so on.
  static let streams: [(name: String, sent: [[UInt8]], passed: [[UInt8]])] = {
    let ping = { FrameBytes.ping($0) }
    let data = FrameBytes.data(40)
    let looksLikePing = FrameBytes.frame(type: 0, stream: 1, ping(9) + ping(9))
    let answer = FrameBytes.ping(7, isAnswer: true)
    let short = FrameBytes.frame(type: 6, [1, 2, 3, 4, 5, 6, 7])
    let long = FrameBytes.frame(type: 6, Array(1...9))
    let ofStream = FrameBytes.frame(type: 6, stream: 1, FrameBytes.payload(3))
    let unknown = FrameBytes.frame(
      type: 0xBE, flags: 0xEF, stream: 5, Array(repeating: 6, count: 8))
    let open = FrameBytes.frame(type: 1, stream: 1, [0x82])
    let more = FrameBytes.frame(type: 9, stream: 1, [0x87])
    let last = FrameBytes.frame(type: 9, flags: 4, stream: 1, [0x84])
    let whole = FrameBytes.frame(type: 1, flags: 4, stream: 1, [0x82])
    let reserved = FrameBytes.frame(type: 6, stream: 0x8000_0000, FrameBytes.payload(1))
    return [
      ("no PING", [data, data], [data, data]),
      ("a PING alone", [ping(1)], []),
      ("PINGs around data", [ping(1), data, ping(2), ping(3), data], [data, data]),
      ("data that looks like PINGs", [looksLikePing, ping(1)], [looksLikePing]),
      ("an answer to the daemon's PING", [answer, ping(1)], [answer]),
      ("a PING of 7 bytes", [short, ping(1)], [short]),
      ("a PING of 9 bytes", [long, ping(1)], [long]),
      ("a PING on a stream", [ofStream, ping(1)], [ofStream]),
      ("the reserved bit", [reserved], []),
      ("a PING before a CONTINUATION", [open, ping(9), last], [open, ping(9), last]),
      ("a PING between two", [open, more, ping(9)], [open, more, ping(9)]),
      (
        "PINGs around headers", [ping(1), open, last, ping(2), whole, ping(3)], [open, last, whole]
      ),
      ("an unknown frame", [unknown, ping(1)], [unknown]),
      (
        "empty frames", [FrameBytes.data(0), ping(1), FrameBytes.settings],
        [FrameBytes.data(0), FrameBytes.settings]
      ),
      ("the start of a PING at the end", [data, Array(ping(1).prefix(12))], [data]),
    ]
  }()

  @Test(arguments: streams.indices)
  func `the split does not matter`(_ index: Int) {
    let stream = Self.streams[index]
    let sent = Self.opening + stream.sent.flatMap { $0 }
    let whole = outcome(of: [sent[...]])
    #expect(whole.passed == Self.opening + stream.passed.flatMap { $0 }, "\(stream.name)")
    #expect(whole.answered == (0..<UInt64(whole.answered.count)).map { $0 + 1 }, "\(stream.name)")
    #expect(whole.answered.count == (sent.count - whole.passed.count) / 17, "\(stream.name)")
    for place in 1..<sent.count {
      #expect(outcome(of: [sent[..<place], sent[place...]]) == whole, "\(stream.name) at \(place)")
    }
    #expect(outcome(of: sent.indices.map { sent[$0...$0] }) == whole, "\(stream.name) by bytes")
  }

  @Test func `random frames in random pieces come out as they are`() {
    let seed = testSeed()
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      var sent = Self.opening
      var wanted = Outcome(passed: Self.opening)
      for _ in 0..<Int.random(in: 1...30, using: &generator) {
        let number = UInt64.random(in: 0 ... .max, using: &generator)
        if Bool.random(using: &generator) {
          sent += FrameBytes.ping(number)
          wanted.answered.append(number)
        } else {
          let type = UInt8.random(in: 0...12, using: &generator)
          let count = Int.random(in: 0...300, using: &generator)
          // The end of a block of headers, among other things.
          let frame = FrameBytes.frame(
            type: type, flags: 5, stream: 3,
            FrameBytes.payload(number) + Array(repeating: 0, count: count))
          sent += frame
          wanted.passed += frame
        }
      }
      var pieces: [ArraySlice<UInt8>] = []
      var place = 0
      while place < sent.count {
        let end = min(sent.count, place + Int.random(in: 1...90, using: &generator))
        pieces.append(sent[place..<end])
        place = end
      }
      #expect(outcome(of: pieces) == wanted, "seed \(seed)")
    }
  }

  @Test func `bytes without a PING pass in one piece`() {
    let scan = Scanner()
    let bytes = Self.opening + FrameBytes.data(16_384) + FrameBytes.data(100_000)
    #expect(scan.next(bytes) == .pass(bytes.count))
    let more = FrameBytes.frame(type: 8, FrameBytes.payload(1).suffix(4)) + FrameBytes.data(1)
    #expect(scan.next(more) == .pass(more.count))
  }

  @Test func `a payload is skipped over many reads`() {
    let scan = Scanner()
    let bytes = Self.opening + FrameBytes.data(1_000_000)
    #expect(scan.next(Array(bytes[..<50])) == .pass(50))
    let block = Array(repeating: UInt8(6), count: 99_000)
    for _ in 0..<10 { #expect(scan.next(block) == .pass(99_000)) }
    let left = bytes.count - 50 - 990_000
    let end = Array(repeating: UInt8(6), count: left) + FrameBytes.ping(5)
    #expect(scan.next(end) == .pass(left))
    #expect(scan.next(FrameBytes.ping(5)) == .answer(17, payload: 5))
  }

  @Test func `a connection is open after its preface and its first frame`() {
    let opening = FrameBytes.preface + FrameBytes.frame(type: 4, [0, 4, 0, 1, 0, 0])
    var scan = FrameScan()
    for (place, byte) in opening.enumerated() {
      #expect(!scan.isOpen, "after \(place) bytes")
      _ = scan.next([byte].span)
    }
    #expect(scan.isOpen)
  }

  @Test func `a PING that is the first frame is left to HTTP/2`() {
    let sent = FrameBytes.preface + FrameBytes.ping(1)
    #expect(outcome(of: [sent[...]]) == Outcome(passed: sent))
  }

  @Test(arguments: [0, 1, 15, 23])
  func `what has another preface passes and never is open`(_ place: Int) {
    var wrong = FrameBytes.preface
    wrong[place] ^= 1
    let sent = wrong + FrameBytes.settings + FrameBytes.ping(1)
    var scan = FrameScan()
    var outcome = Outcome()
    for byte in sent { feed([byte][...], to: &scan, &outcome) }
    #expect(outcome == Outcome(passed: sent))
    #expect(!scan.isOpen && scan.controlFrameCount == 0)
  }

  @Test func `frames that carry no part of a call are counted`() {
    var scan = FrameScan()
    var outcome = Outcome()
    for type in UInt8(0)...12 {
      let before = scan.controlFrameCount
      let opening = type == 0 ? FrameBytes.preface : []
      feed((opening + FrameBytes.frame(type: type, [0]))[...], to: &scan, &outcome)
      let isCall = [0, 1, 9].contains(type)
      #expect(scan.controlFrameCount - before == (isCall ? 0 : 1), "type \(type)")
    }
    let before = scan.controlFrameCount
    feed(FrameBytes.ping(1)[...], to: &scan, &outcome)
    for byte in FrameBytes.ping(2) { feed([byte][...], to: &scan, &outcome) }
    #expect(scan.controlFrameCount == before + 2)
  }
}
