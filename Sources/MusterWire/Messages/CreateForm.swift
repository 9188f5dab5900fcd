internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks for a new form.
public struct CreateFormRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// The form to make; the store checks its slugs, fields and choices.
  public var form: Form

  /// Asks a workspace for a form.
  public init(workspace: String, form: Form) {
    self.workspace = workspace
    self.form = form
  }
}

extension CreateFormRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> CreateFormRequest {
    unsafe try unpacked(
      bytes, Muster__V1__CreateFormRequest.self, muster__v1__create_form_request__get()
    ) {
      message throws(WireError) in
      unsafe CreateFormRequest(
        workspace: try message.pointee.workspace.text("workspace"),
        form: try Form(required(message.pointee.form, "form")))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__CreateFormRequest.self, muster__v1__create_form_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      unsafe message.pointee.form = unsafe try form.make(in: arena)
      return unsafe message
    }
  }
}

/// The new form.
public struct CreateFormResponse: Sendable, Equatable {
  /// The form as it was made.
  public var form: Form

  /// Answers with the form that was made.
  public init(form: Form) {
    self.form = form
  }
}

extension CreateFormResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> CreateFormResponse {
    unsafe try unpacked(
      bytes, Muster__V1__CreateFormResponse.self, muster__v1__create_form_response__get()
    ) {
      message throws(WireError) in
      unsafe CreateFormResponse(form: try Form(required(message.pointee.form, "form")))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__CreateFormResponse.self, muster__v1__create_form_response__init)
      unsafe message.pointee.form = unsafe try form.make(in: arena)
      return unsafe message
    }
  }
}
