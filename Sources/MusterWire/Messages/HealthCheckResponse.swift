internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// The health of a service.
public struct HealthCheckResponse: Sendable, Equatable {
  /// How the service asked for is.
  public var status: ServingStatus

  /// Answers with a status.
  public init(status: ServingStatus) { self.status = status }

  /// How a service is; the raw value is the number in the protocol.
  public enum ServingStatus: Int, Sendable {
    /// Not known, or a state that this version lacks.
    case unknown = 0
    case serving = 1
    case notServing = 2
    /// Nobody knows the service; answered by Watch only.
    case serviceUnknown = 3
  }
}

extension HealthCheckResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> HealthCheckResponse {
    unsafe try unpacked(
      bytes, Grpc__Health__V1__HealthCheckResponse.self,
      grpc__health__v1__health_check_response__get()
    ) { message throws(WireError) in
      unsafe HealthCheckResponse(
        status: ServingStatus(rawValue: Int(message.pointee.status.rawValue)) ?? .unknown)
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Grpc__Health__V1__HealthCheckResponse.self,
        grpc__health__v1__health_check_response__init)
      unsafe message.pointee.status = .init(UInt32(status.rawValue))
      return unsafe message
    }
  }
}
