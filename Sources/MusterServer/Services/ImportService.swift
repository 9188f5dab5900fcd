internal import GRPCCore
internal import Logging
internal import MusterCore
internal import MusterWire

/// `muster.v1.ImportService`.
struct ImportService: RegistrableRPCService {
  let stores: any StoreProvider
  let limits: Limits
  let stopping: StopFlag
  let undoPlaces: SharedPlaces
  let logger: Logger
  let undos = RunningUndos()

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(
      forMethod: ImportMethods.importMembers, deserializer: PackedImportDeserializer(),
      serializer: WireSerializer<ImportResponse>()
    ) { request, context in
      let deadline = CallDeadline(request.metadata)
      let access: CallAccess
      do throws(StoreError) {
        access = try CallAccess(context)
      } catch {
        throw RPCError(failure: error, cancellation: error)
      }
      return StreamingServerResponse { writer in
        let stream = ImportStream(
          stores: stores, limits: limits, stopping: stopping, deadline: deadline, access: access,
          logger: logger)
        try await stream.run(request.messages, writer)
        return [:]
      }
    }
    registerLedger(with: &router)
  }
}
