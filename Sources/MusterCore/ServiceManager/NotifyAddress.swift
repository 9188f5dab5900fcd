/// Where a service manager wants to be told how its service is.
///
/// Source: sd_notify(3): the path of a datagram socket, or after `@` an abstract name.
public struct NotifyAddress: Equatable, Sendable {
  /// The bytes of `sun_path`: an abstract name begins with a NUL and ends without one.
  public var pathBytes: [UInt8]

  /// Bytes that `sun_path` holds.
  static let bytesMax = 108

  /// Reads `NOTIFY_SOCKET`; nil if nobody wants to be told, or not at an address of ours.
  public init?(_ setting: String?) {
    guard let bytes = setting.map({ Array($0.utf8) }), bytes.count > 1 else { return nil }
    switch bytes[0] {
    case UInt8(ascii: "@"): pathBytes = [0] + bytes.dropFirst()
    case UInt8(ascii: "/"): pathBytes = bytes + [0]
    default: return nil
    }
    guard pathBytes.count <= Self.bytesMax else { return nil }
  }
}
