internal import GRPCCore
internal import MusterCore
internal import MusterWire

extension RPCRouter {
  /// Registers a call with one request and one answer.
  mutating func registerUnary<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor, _ body: @escaping @Sendable (Request) async throws -> Response
  ) {
    registerHandler(
      forMethod: method, deserializer: WireDeserializer<Request>(),
      serializer: WireSerializer<Response>()
    ) { request, _ in
      let single = try await ServerRequest(stream: request)
      do {
        return StreamingServerResponse(
          single: ServerResponse(message: try await body(single.message)))
      } catch let error as StoreError {
        throw RPCError(error)
      }
    }
  }

  /// Registers a call with one request and a stream of answers.
  mutating func registerServerStream<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor,
    _ body: @escaping @Sendable (Request, RPCWriter<Response>) async throws -> Void
  ) {
    registerHandler(
      forMethod: method, deserializer: WireDeserializer<Request>(),
      serializer: WireSerializer<Response>()
    ) { request, _ in
      let single = try await ServerRequest(stream: request)
      return StreamingServerResponse { writer in
        do {
          try await body(single.message, writer)
          return [:]
        } catch let error as StoreError {
          throw RPCError(error)
        } catch let error as WireError {
          throw RPCError(code: error.rpcCode, message: error.message)
        }
      }
    }
  }
}
