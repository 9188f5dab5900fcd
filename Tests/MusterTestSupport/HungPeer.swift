internal import Glibc

/// A gRPC client of a few bytes that reads nothing and answers nothing, as if it were stopped.
///
/// What it sends is HTTP/2 by hand (RFC 9113), so that no library of its own keeps it alive.
public final class HungPeer: Sendable {
  private let descriptor: Int32

  /// Connects, and says nothing yet.
  public convenience init(_ socketPath: String) throws {
    try self.init()
    try connect(to: socketPath)
  }

  /// Makes a socket that is not connected yet.
  public init() throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw TestFailure("No socket: error \(errno).") }
  }

  /// Connects a socket that is not connected yet.
  public func connect(to socketPath: String) throws {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) {
      unsafe $0.copyBytes(from: socketPath.utf8)
    }
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      throw TestFailure("Connecting to \(socketPath): error \(errno).")
    }
  }

  deinit { Glibc.close(descriptor) }

  /// Ends the connection, as the kernel does for a process that is killed.
  public func die() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  // MARK: What it says

  /// Sends bytes as they are; what the daemon does not take any more is lost.
  public func send(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { buffer in
      var sentCount = 0
      while sentCount < buffer.count {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[sentCount...])
        let count = unsafe Glibc.send(
          descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
        guard count > 0 else { return }
        sentCount += count
      }
    }
  }

  /// The beginning of every HTTP/2 connection.
  public static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  /// Opens the connection; the daemon may send this many bytes on each stream, and on all together.
  public func greet(windowBytes: UInt32 = 65_535) {
    let connectionBytes = windowBytes > 65_535 ? windowBytes - 65_535 : 1
    send(
      Self.preface + Self.frame(.settings, [0, 4] + Self.bytes(windowBytes))
        + Self.frame(.settings, flags: 1, [])
        + Self.frame(.windowUpdate, Self.bytes(connectionBytes)))
  }

  /// Begins a call on a stream with an odd number.
  public func call(_ method: String, on stream: UInt32 = 1, timeout: String? = nil) {
    // HPACK (RFC 7541): POST and http by their numbers, everything else spelled out.
    var headers: [UInt8] = [0x83, 0x86, 0x04] + Self.text("/" + method)
    headers += [0x01] + Self.text("localhost")
    headers += [0x00] + Self.text("content-type") + Self.text("application/grpc")
    headers += [0x00] + Self.text("te") + Self.text("trailers")
    if let timeout { headers += [0x00] + Self.text("grpc-timeout") + Self.text(timeout) }
    send(Self.frame(.headers, flags: 4, stream: stream, headers))
  }

  /// Sends one message. Nobody looks at the daemon's windows: all messages of a connection together
  /// have to fit into the 4 MiB that it begins with.
  public func message(_ bytes: [UInt8], on stream: UInt32 = 1, isLast: Bool = false) {
    var rest = ([0] + Self.bytes(UInt32(bytes.count)) + bytes)[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.frameBytesMax)
      rest = rest.dropFirst(part.count)
      send(
        Self.frame(.data, flags: isLast && rest.isEmpty ? 1 : 0, stream: stream, Array(part)))
    }
  }

  /// What every HTTP/2 peer takes in one frame.
  private static let frameBytesMax = 16_384

  /// Cancels a call.
  public func cancel(stream: UInt32 = 1) {
    send(Self.frame(.reset, stream: stream, Self.bytes(8)))
  }

  private enum Kind: UInt8 {
    case data = 0
    case headers = 1
    case reset = 3
    case settings = 4
    case windowUpdate = 8
  }

  private static func frame(
    _ kind: Kind, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8]
  ) -> [UInt8] {
    bytes(UInt32(payload.count)).dropFirst() + [kind.rawValue, flags] + bytes(stream) + payload
  }

  private static func bytes(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  private static func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + text.utf8 }

  // MARK: What becomes of it

  /// Whether the daemon has closed the connection.
  public var isDropped: Bool {
    var poll = pollfd(fd: descriptor, events: 0, revents: 0)
    return unsafe Glibc.poll(&poll, 1, 0) > 0
  }

  /// Waits until the daemon closes the connection.
  ///
  /// - Returns: false if it does not within the bound.
  public func waitUntilDropped(within bound: Duration) async -> Bool {
    await becomesTrue(within: bound) { self.isDropped }
  }
}

/// Asks again and again, for what no event tells.
///
/// - Returns: false if it was never true within the bound.
public func becomesTrue(
  within bound: Duration, _ condition: () async throws -> Bool
) async rethrows -> Bool {
  let end = ContinuousClock.now + bound
  while ContinuousClock.now < end {
    if try await condition() { return true }
    try? await Task.sleep(for: .milliseconds(2))
  }
  return try await condition()
}
