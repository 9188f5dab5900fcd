internal import GRPCCore
internal import MusterWire

/// `grpc.reflection.v1.ServerReflection`, and the same under its older name: what the daemon
/// serves, told to tools that have no definitions.
struct ReflectionService: RegistrableRPCService {
  let stopping: StopFlag

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    for method in [ReflectionMethods.info, ReflectionMethods.infoAlpha] {
      router.registerConversation(method, stopping: stopping) {
        (
          requests: RPCAsyncSequence<ReflectionRequest, any Error>,
          writer: RPCWriter<ReflectionResponse>
        ) in
        for try await request in requests {
          let answer = Self.answer(request.question, from: .embedded)
          try await writer.write(ReflectionResponse(request: request, answer: answer))
          await Task.yield()
        }
      }
    }
  }

  static func answer(
    _ question: ReflectionRequest.Question, from files: DescriptorFiles
  ) -> ReflectionResponse.Answer {
    switch question {
    case .services: .services(files.services)
    case .fileNamed(let name): answer(files.file(named: name), "no file of that name")
    case .fileDefining(let symbol): answer(files.file(defining: symbol), "nothing of that name")
    case .fileExtending: answer(nil, "no extensions")
    case .extensionNumbers(let type):
      files.isMessage(type) ? .noExtensions(of: type) : answer(nil, "no message of that name")
    }
  }

  private static func answer(_ files: [[UInt8]]?, _ what: String) -> ReflectionResponse.Answer {
    guard let files else {
      return .error(
        code: Int32(RPCError.Code.notFound.rawValue), message: "The daemon has \(what).")
    }
    return .files(files)
  }
}
