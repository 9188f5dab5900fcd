internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks for all forms.
public struct ListFormsRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String

  /// Asks for the forms of a workspace.
  public init(workspace: String) {
    self.workspace = workspace
  }
}

extension ListFormsRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ListFormsRequest {
    unsafe try unpacked(
      bytes, Muster__V1__ListFormsRequest.self, muster__v1__list_forms_request__get()
    ) {
      message throws(WireError) in
      unsafe ListFormsRequest(workspace: try message.pointee.workspace.text("workspace"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListFormsRequest.self, muster__v1__list_forms_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      return unsafe message
    }
  }
}

/// All forms.
public struct ListFormsResponse: Sendable, Equatable {
  /// In the order they were made.
  public var forms: [Form]

  /// Answers with all forms.
  public init(forms: [Form]) {
    self.forms = forms
  }
}

extension ListFormsResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ListFormsResponse {
    unsafe try unpacked(
      bytes, Muster__V1__ListFormsResponse.self, muster__v1__list_forms_response__get()
    ) {
      message throws(WireError) in
      unsafe ListFormsResponse(
        forms: try list(message.pointee.forms, message.pointee.n_forms) { item throws(WireError) in
          unsafe try Form(item)
        })
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListFormsResponse.self, muster__v1__list_forms_response__init)
      unsafe message.pointee.n_forms = forms.count
      unsafe message.pointee.forms = unsafe try arena.makeList(forms) { item throws(WireError) in
        unsafe try item.make(in: arena)
      }
      return unsafe message
    }
  }
}
