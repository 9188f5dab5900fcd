internal import GRPCCore
internal import MusterCore
internal import MusterWire

/// `grpc.health.v1.Health`: whether the daemon serves, of itself and of each of its services alike.
struct HealthService: RegistrableRPCService {
  let monitor: HealthMonitor
  let stopping: StopFlag

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerUnary(HealthMethods.check) { (request: HealthCheckRequest) in
      guard Self.isKnown(request.service) else {
        throw StoreError(.notFound, "The daemon has no service of that name.")
      }
      return HealthCheckResponse(status: monitor.status)
    }
    router.registerServerStream(HealthMethods.watch, stopping: stopping) {
      (request: HealthCheckRequest, writer: RPCWriter<HealthCheckResponse>) in
      let isKnown = Self.isKnown(request.service)
      let statuses = monitor.watch()
      if !isKnown { try await writer.write(HealthCheckResponse(status: .serviceUnknown)) }
      var last: HealthCheckResponse.ServingStatus?
      // Ends when the daemon stops, or the call's task is cancelled.
      for await status in statuses where isKnown && status != last {
        last = status
        try await writer.write(HealthCheckResponse(status: status))
      }
    }
  }

  private static func isKnown(_ service: String) -> Bool {
    service.isEmpty || MusterServices.all.contains { $0.fullyQualifiedService == service }
  }
}
