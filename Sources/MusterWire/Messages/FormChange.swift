internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks for another field of a form, or for a field to be another; both messages have these fields.
public struct FormFieldRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// The form's slug.
  public var form: String
  /// The field.
  public var field: FormField

  /// Asks a workspace for a field of a form.
  public init(workspace: String, form: String, field: FormField) {
    self.workspace = workspace
    self.form = form
    self.field = field
  }
}

extension FormFieldRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> FormFieldRequest {
    unsafe try unpacked(
      bytes, Muster__V1__AddFormFieldRequest.self, muster__v1__add_form_field_request__get()
    ) { message throws(WireError) in
      unsafe FormFieldRequest(
        workspace: try message.pointee.workspace.text("workspace"),
        form: try message.pointee.form.text("form"),
        field: try FormField(required(message.pointee.field, "field")))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__AddFormFieldRequest.self, muster__v1__add_form_field_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      unsafe message.pointee.form = unsafe try arena.copy(form)
      unsafe message.pointee.field = unsafe try field.make(in: arena)
      return unsafe message
    }
  }
}

/// Asks for another slug of a field, or to delete it; both messages have these fields.
public struct FormFieldNameRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// The form's slug.
  public var form: String
  /// The field's slug.
  public var slug: String
  /// Its new slug; empty to delete it.
  public var newSlug: String

  /// Names a field of a form.
  public init(workspace: String, form: String, slug: String, newSlug: String = "") {
    self.workspace = workspace
    self.form = form
    self.slug = slug
    self.newSlug = newSlug
  }
}

extension FormFieldNameRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> FormFieldNameRequest {
    unsafe try unpacked(
      bytes, Muster__V1__RenameFormFieldRequest.self, muster__v1__rename_form_field_request__get()
    ) { message throws(WireError) in
      unsafe FormFieldNameRequest(
        workspace: try message.pointee.workspace.text("workspace"),
        form: try message.pointee.form.text("form"),
        slug: try message.pointee.slug.text("slug"),
        newSlug: try message.pointee.new_slug.text("new_slug"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__RenameFormFieldRequest.self, muster__v1__rename_form_field_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      unsafe message.pointee.form = unsafe try arena.copy(form)
      unsafe message.pointee.slug = unsafe try arena.copy(slug)
      unsafe message.pointee.new_slug = unsafe try arena.copy(newSlug)
      return unsafe message
    }
  }
}

/// A form as it is after a change.
public struct FormChangeResponse: Sendable, Equatable {
  /// The form.
  public var form: Form
  /// Members that have values of what was renamed; 0 for other changes.
  public var memberCount: UInt64

  /// Answers with the form.
  public init(form: Form, memberCount: UInt64 = 0) {
    self.form = form
    self.memberCount = memberCount
  }
}

extension FormChangeResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> FormChangeResponse {
    unsafe try unpacked(
      bytes, Muster__V1__RenameFormResponse.self, muster__v1__rename_form_response__get()
    ) { message throws(WireError) in
      unsafe FormChangeResponse(
        form: try Form(required(message.pointee.form, "form")),
        memberCount: message.pointee.member_count)
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__RenameFormResponse.self, muster__v1__rename_form_response__init)
      unsafe message.pointee.form = unsafe try form.make(in: arena)
      unsafe message.pointee.member_count = memberCount
      return unsafe message
    }
  }
}

/// Asks for another field of a form, behind the others.
public typealias AddFormFieldRequest = FormFieldRequest
/// Asks for a field to be required or not, and to have other choices.
public typealias UpdateFormFieldRequest = FormFieldRequest
/// Asks for another slug of a field.
public typealias RenameFormFieldRequest = FormFieldNameRequest
/// Asks to delete a field that no member has a value of.
public typealias DeleteFormFieldRequest = FormFieldNameRequest
