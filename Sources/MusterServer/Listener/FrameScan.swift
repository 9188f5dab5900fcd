/// Follows the frames that a client sends, across any split of its bytes, and finds its PINGs.
///
/// It looks at nothing but frame headers: payloads are skipped by their length. What is no HTTP/2
/// at all, or a malformed PING, passes on: to refuse it is HTTP/2's own work.
struct FrameScan {
  /// What becomes of the next bytes; the number says how many.
  enum Action: Equatable {
    /// They pass on as they are.
    case pass(Int)
    /// They are kept here: more must come before it is known what they are.
    case keep(Int)
    /// They are the end of a frame's header; the whole header passes on.
    case release(Int, header: [UInt8])
    /// They are a PING, or its end; it is to be answered with these eight bytes.
    case answer(Int, payload: UInt64)
  }

  private enum State {
    /// So many bytes of the preface have come.
    case preface(Int)
    /// A frame begins.
    case header
    /// So many bytes of a frame's payload are to come.
    case payload(Int)
    /// The preface was wrong; there are no frames to follow.
    case foreign
  }

  /// Whether the preface and the first frame have come whole.
  private(set) var isOpen = false
  /// Frames so far that carry no part of a call.
  private(set) var controlFrameCount = 0
  /// Bytes of DATA so far, padding and all: what the connection's window is used up by.
  private(set) var dataByteCount = 0

  /// Whether the last frame has left a block of headers without its end.
  private var hasOpenHeaders = false
  private var state = State.preface(0)
  /// The start of a frame that is no use without its rest: less than a PING's 17 bytes.
  private var kept: [UInt8] = []

  /// What every client sends first (RFC 9113, section 3.4).
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  private static let pingFrameByteCount = FrameHeader.byteCount + FrameHeader.pingByteCount

  /// Looks at the bytes that follow those of the last action.
  ///
  /// - Parameter bytes: At least one.
  /// - Complexity: O(1) for each frame in them.
  mutating func next(_ bytes: Span<UInt8>) -> Action {
    guard kept.isEmpty else { return resume(bytes) }
    var place = 0
    while place < bytes.count {
      switch state {
      case .foreign: return .pass(bytes.count)
      case .preface(let matched):
        place += matchPreface(bytes, from: matched)
      case .payload(let left):
        let count = min(left, bytes.count - place)
        place += count
        expectPayload(left - count)
      case .header:
        let left = bytes.count - place
        guard left >= FrameHeader.byteCount else { return keep(bytes, from: place) }
        let header = FrameHeader(bytes, at: place)
        guard answers(header) else {
          begin(header)
          place += FrameHeader.byteCount
          continue
        }
        guard place == 0, left >= Self.pingFrameByteCount else { return keep(bytes, from: place) }
        controlFrameCount += 1
        return .answer(Self.pingFrameByteCount, payload: Self.pingPayload(bytes))
      }
    }
    return .pass(place)
  }

  /// The first frame must be SETTINGS, and within a block of headers only a CONTINUATION may come:
  /// a PING in such a place HTTP/2 has to see, which ends the connection.
  private func answers(_ header: FrameHeader) -> Bool {
    isOpen && !hasOpenHeaders && header.isPing
  }

  private mutating func begin(_ header: FrameHeader) {
    hasOpenHeaders = header.leavesHeadersOpen
    if header.isControl { controlFrameCount += 1 }
    if header.isData { dataByteCount += header.payloadByteCount }
    expectPayload(header.payloadByteCount)
  }

  /// So many bytes of the frame are to come; with none, it has come whole.
  private mutating func expectPayload(_ left: Int) {
    if left > 0 {
      state = .payload(left)
    } else {
      state = .header
      isOpen = true
    }
  }

  private mutating func matchPreface(_ bytes: Span<UInt8>, from matched: Int) -> Int {
    let count = min(Self.preface.count - matched, bytes.count)
    for place in 0..<count where bytes[place] != Self.preface[matched + place] {
      state = .foreign
      return bytes.count
    }
    state = matched + count == Self.preface.count ? .header : .preface(matched + count)
    return count
  }

  /// Keeps the bytes from a frame's start on; what lies before it passes first.
  private mutating func keep(_ bytes: Span<UInt8>, from place: Int) -> Action {
    guard place == 0 else { return .pass(place) }
    return .keep(take(bytes, upTo: bytes.count))
  }

  /// Keeps more bytes of the same frame, until there are so many.
  private mutating func take(_ bytes: Span<UInt8>, upTo count: Int, after place: Int = 0) -> Int {
    var taken = place
    while kept.count < count, taken < bytes.count {
      kept.append(bytes[taken])
      taken += 1
    }
    return taken
  }

  private mutating func resume(_ bytes: Span<UInt8>) -> Action {
    var taken = take(bytes, upTo: FrameHeader.byteCount)
    guard kept.count >= FrameHeader.byteCount else { return .keep(taken) }
    let header = FrameHeader(kept.span, at: 0)
    guard answers(header) else {
      begin(header)
      defer { kept.removeAll(keepingCapacity: true) }
      return .release(taken, header: kept)
    }
    taken = take(bytes, upTo: Self.pingFrameByteCount, after: taken)
    guard kept.count == Self.pingFrameByteCount else { return .keep(taken) }
    defer { kept.removeAll(keepingCapacity: true) }
    controlFrameCount += 1
    return .answer(taken, payload: Self.pingPayload(kept.span))
  }

  private static func pingPayload(_ frame: Span<UInt8>) -> UInt64 {
    (FrameHeader.byteCount..<pingFrameByteCount).reduce(0) { $0 << 8 | UInt64(frame[$1]) }
  }
}
