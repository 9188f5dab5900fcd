internal import CMusterProto
internal import CProtobufC
public import GRPCCore

private let extensionNumbersCase =
  GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ALL_EXTENSION_NUMBERS_RESPONSE
private let filesCase =
  GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE

/// An answer about what the daemon serves.
public struct ReflectionResponse: Sendable, Equatable {
  /// The question.
  public var request: ReflectionRequest
  /// What it is answered with.
  public var answer: Answer

  /// Answers a question.
  public init(request: ReflectionRequest, answer: Answer) {
    self.request = request
    self.answer = answer
  }

  /// What a question can be answered with.
  public enum Answer: Sendable, Equatable {
    /// Files, each a `google.protobuf.FileDescriptorProto`; first the one that was asked for.
    case files([[UInt8]])
    /// The numbers of a message's extensions; there are none in proto3.
    case noExtensions(of: String)
    /// The full names of services.
    case services([String])
    /// A status code of gRPC, and why, in words.
    case error(code: Int32, message: String)
  }
}

extension ReflectionResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ReflectionResponse {
    unsafe try unpacked(
      bytes, Grpc__Reflection__V1__ServerReflectionResponse.self,
      grpc__reflection__v1__server_reflection_response__get()
    ) { message throws(WireError) in
      unsafe ReflectionResponse(
        request: try ReflectionRequest(
          required(message.pointee.original_request, "original_request")),
        answer: try Answer(message.pointee))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Grpc__Reflection__V1__ServerReflectionResponse.self,
        grpc__reflection__v1__server_reflection_response__init)
      unsafe message.pointee.valid_host = unsafe try arena.copy(request.host)
      unsafe message.pointee.original_request = unsafe try request.make(in: arena)
      unsafe try answer.set(in: message, arena)
      return unsafe message
    }
  }
}

extension ReflectionResponse.Answer {
  init(_ message: Grpc__Reflection__V1__ServerReflectionResponse) throws(WireError) {
    switch unsafe message.message_response_case {
    case filesCase:
      let files = unsafe message.file_descriptor_response.pointee
      var copies: [[UInt8]] = []
      for place in unsafe 0..<files.n_file_descriptor_proto {
        copies.append(unsafe files.file_descriptor_proto[place].bytes)
      }
      self = .files(copies)
    case extensionNumbersCase:
      let numbers = unsafe message.all_extension_numbers_response.pointee
      self = .noExtensions(of: unsafe try numbers.base_type_name.text("base_type_name"))
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE:
      let services = unsafe message.list_services_response.pointee
      self = unsafe .services(
        try list(services.service, services.n_service) { service throws(WireError) in
          unsafe try service.pointee.name.text("name")
        })
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE:
      let error = unsafe message.error_response.pointee
      self = unsafe .error(
        code: error.error_code, message: try error.error_message.text("error_message"))
    default:
      throw WireError(code: .malformed, message: "The answer is none that this version knows.")
    }
  }

  func set(
    in message: UnsafeMutablePointer<Grpc__Reflection__V1__ServerReflectionResponse>, _ arena: Arena
  ) throws(WireError) {
    switch self {
    case .files(let files):
      unsafe message.pointee.message_response_case =
        filesCase
      let answer = unsafe try arena.make(
        Grpc__Reflection__V1__FileDescriptorResponse.self,
        grpc__reflection__v1__file_descriptor_response__init)
      let copies = unsafe try arena.allocate(ProtobufCBinaryData.self, count: files.count)
      for (place, file) in files.enumerated() {
        unsafe copies[place] = unsafe try arena.copy(file)
      }
      unsafe answer.pointee.n_file_descriptor_proto = files.count
      unsafe answer.pointee.file_descriptor_proto = unsafe copies
      unsafe message.pointee.file_descriptor_response = unsafe answer
    case .noExtensions(let type):
      unsafe message.pointee.message_response_case =
        extensionNumbersCase
      let answer = unsafe try arena.make(
        Grpc__Reflection__V1__ExtensionNumberResponse.self,
        grpc__reflection__v1__extension_number_response__init)
      unsafe answer.pointee.base_type_name = unsafe try arena.copy(type)
      unsafe message.pointee.all_extension_numbers_response = unsafe answer
    case .services(let names): unsafe try set(services: names, in: message, arena)
    case .error(let code, let text):
      unsafe message.pointee.message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE
      let answer = unsafe try arena.make(
        Grpc__Reflection__V1__ErrorResponse.self, grpc__reflection__v1__error_response__init)
      unsafe answer.pointee.error_code = code
      unsafe answer.pointee.error_message = unsafe try arena.copy(text)
      unsafe message.pointee.error_response = unsafe answer
    }
  }

  private func set(
    services names: [String],
    in message: UnsafeMutablePointer<Grpc__Reflection__V1__ServerReflectionResponse>, _ arena: Arena
  ) throws(WireError) {
    unsafe message.pointee.message_response_case =
      GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE
    let answer = unsafe try arena.make(
      Grpc__Reflection__V1__ListServiceResponse.self,
      grpc__reflection__v1__list_service_response__init)
    unsafe answer.pointee.n_service = names.count
    unsafe answer.pointee.service = unsafe try arena.makeList(names) { name throws(WireError) in
      let service = unsafe try arena.make(
        Grpc__Reflection__V1__ServiceResponse.self, grpc__reflection__v1__service_response__init)
      unsafe service.pointee.name = unsafe try arena.copy(name)
      return unsafe service
    }
    unsafe message.pointee.list_services_response = unsafe answer
  }
}
