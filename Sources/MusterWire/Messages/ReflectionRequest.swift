internal import CMusterProto
internal import CProtobufC
public import GRPCCore

private let extensionNumbersCase =
  GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_ALL_EXTENSION_NUMBERS_OF_TYPE

/// A question about what the daemon serves; the messages of v1 and of v1alpha are the same.
public struct ReflectionRequest: Sendable, Equatable {
  /// The host that is asked about; the answer repeats it.
  public var host: String
  /// What is asked.
  public var question: Question

  /// Asks a host.
  public init(host: String, question: Question) {
    self.host = host
    self.question = question
  }

  /// What can be asked.
  public enum Question: Sendable, Equatable {
    /// The file of a name.
    case fileNamed(String)
    /// The file that defines a full name.
    case fileDefining(String)
    /// The file that defines an extension of a message.
    case fileExtending(String, number: Int32)
    /// The numbers of all extensions of a message.
    case extensionNumbers(of: String)
    /// All services; the text means nothing, and the answer repeats it.
    case services(String)
  }
}

extension ReflectionRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ReflectionRequest {
    unsafe try unpacked(
      bytes, Grpc__Reflection__V1__ServerReflectionRequest.self,
      grpc__reflection__v1__server_reflection_request__get()
    ) { message throws(WireError) in unsafe try ReflectionRequest(message) }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in unsafe try make(in: arena) }
  }

  init(
    _ message: UnsafeMutablePointer<Grpc__Reflection__V1__ServerReflectionRequest>
  ) throws(WireError) {
    let content = unsafe message.pointee
    unsafe host = try content.host.text("host")
    switch unsafe content.message_request_case {
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME:
      question = .fileNamed(unsafe try content.file_by_filename.text("file_by_filename"))
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL:
      question = .fileDefining(
        unsafe try content.file_containing_symbol.text("file_containing_symbol"))
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_EXTENSION:
      let wanted = unsafe content.file_containing_extension.pointee
      question = .fileExtending(
        unsafe try wanted.containing_type.text("containing_type"),
        number: unsafe wanted.extension_number)
    case extensionNumbersCase:
      question = .extensionNumbers(
        of: unsafe try content.all_extension_numbers_of_type.text("all_extension_numbers_of_type"))
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES:
      question = .services(unsafe try content.list_services.text("list_services"))
    default:
      throw WireError(
        code: .malformed, message: "The message asks nothing that this version knows.")
    }
  }

  func make(
    in arena: Arena
  ) throws(WireError) -> UnsafeMutablePointer<Grpc__Reflection__V1__ServerReflectionRequest> {
    let message = unsafe try arena.make(
      Grpc__Reflection__V1__ServerReflectionRequest.self,
      grpc__reflection__v1__server_reflection_request__init)
    unsafe message.pointee.host = unsafe try arena.copy(host)
    switch question {
    case .fileNamed(let name):
      unsafe message.pointee.message_request_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME
      unsafe message.pointee.file_by_filename = unsafe try arena.copy(name)
    case .fileDefining(let symbol):
      unsafe message.pointee.message_request_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL
      unsafe message.pointee.file_containing_symbol = unsafe try arena.copy(symbol)
    case .fileExtending(let type, let number):
      unsafe message.pointee.message_request_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_EXTENSION
      let wanted = unsafe try arena.make(
        Grpc__Reflection__V1__ExtensionRequest.self,
        grpc__reflection__v1__extension_request__init)
      unsafe wanted.pointee.containing_type = unsafe try arena.copy(type)
      unsafe wanted.pointee.extension_number = number
      unsafe message.pointee.file_containing_extension = unsafe wanted
    case .extensionNumbers(let type):
      unsafe message.pointee.message_request_case =
        extensionNumbersCase
      unsafe message.pointee.all_extension_numbers_of_type = unsafe try arena.copy(type)
    case .services(let text):
      unsafe message.pointee.message_request_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES
      unsafe message.pointee.list_services = unsafe try arena.copy(text)
    }
    return unsafe message
  }
}
