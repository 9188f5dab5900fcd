internal import GRPCCore
internal import MusterCore
internal import MusterWire

/// `grpc.health.v1.Health`: the daemon serves as long as it answers.
struct HealthService: RegistrableRPCService {
  let stopping: StopFlag

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerUnary(HealthMethods.check) { (request: HealthCheckRequest) in
      guard Self.isKnown(request.service) else {
        throw StoreError(.notFound, "The daemon has no service of that name.")
      }
      return HealthCheckResponse(status: .serving)
    }
    router.registerServerStream(HealthMethods.watch, stopping: stopping) {
      (request: HealthCheckRequest, writer: RPCWriter<HealthCheckResponse>) in
      let status: HealthCheckResponse.ServingStatus =
        Self.isKnown(request.service) ? .serving : .serviceUnknown
      try await writer.write(HealthCheckResponse(status: status))
      // The state changes only when the daemon stops, which ends the call.
      let (stream, continuation) = AsyncStream<Void>.makeStream()
      await withRPCCancellationHandler {
        for await _ in stream {}
      } onCancelRPC: {
        continuation.finish()
      }
    }
  }

  private static func isKnown(_ service: String) -> Bool {
    service.isEmpty || MusterServices.all.contains { $0.fullyQualifiedService == service }
  }
}
