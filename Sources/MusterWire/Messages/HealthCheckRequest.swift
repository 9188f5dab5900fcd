internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// Asks for the health of a service.
public struct HealthCheckRequest: Sendable, Equatable {
  /// The service's full name; empty means the whole server.
  public var service: String

  /// Asks for the health of one service, or of the server.
  public init(service: String) {
    self.service = service
  }
}

extension HealthCheckRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> HealthCheckRequest {
    unsafe try unpacked(
      bytes, Grpc__Health__V1__HealthCheckRequest.self,
      grpc__health__v1__health_check_request__get()
    ) {
      message throws(WireError) in
      unsafe HealthCheckRequest(service: try message.pointee.service.text("service"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Grpc__Health__V1__HealthCheckRequest.self, grpc__health__v1__health_check_request__init)
      unsafe message.pointee.service = unsafe try arena.copy(service)
      return unsafe message
    }
  }
}
