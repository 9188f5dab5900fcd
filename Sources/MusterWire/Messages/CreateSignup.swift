internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Creates or updates one member.
public struct CreateSignupRequest: Sendable, Equatable {
  /// One value, such as the cell of a row.
  public struct Value: Sendable, Equatable {
    /// The column's name as sent; ``ColumnPlan`` judges it.
    public var column: [UInt8]
    /// The cell's bytes; none changes nothing.
    public var cell: [UInt8]

    /// A cell of a column.
    public init(column: [UInt8], cell: [UInt8]) {
      self.column = column
      self.cell = cell
    }
  }

  /// The workspace's name; empty means "default".
  public var workspace: String
  /// The member's values, in any order.
  public var values: [Value]
  /// How they are to be applied; what only imports have is not sent.
  public var options: ImportOptions

  /// Signs a member up in a workspace.
  public init(workspace: String, values: [Value], options: ImportOptions = ImportOptions()) {
    self.workspace = workspace
    self.values = values
    self.options = options
  }
}

extension CreateSignupRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> CreateSignupRequest {
    unsafe try unpacked(
      bytes, Muster__V1__CreateSignupRequest.self, muster__v1__create_signup_request__get()
    ) { message throws(WireError) in
      var request = unsafe CreateSignupRequest(
        workspace: try message.pointee.workspace.text("workspace"),
        values: try list(message.pointee.values, message.pointee.n_values) {
          value throws(WireError) in
          unsafe Value(column: value.pointee.column.bytes, cell: value.pointee.value.bytes)
        })
      if let sent = unsafe message.pointee.options {
        request.options = unsafe try ImportOptions(sent)
      }
      return request
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__CreateSignupRequest.self, muster__v1__create_signup_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      unsafe message.pointee.n_values = values.count
      unsafe message.pointee.values = unsafe try arena.makeList(values) {
        value throws(WireError) in
        let sent = unsafe try arena.make(
          Muster__V1__SignupValue.self, muster__v1__signup_value__init)
        unsafe sent.pointee.column = unsafe try arena.copy(value.column)
        unsafe sent.pointee.value = unsafe try arena.copy(value.cell)
        return unsafe sent
      }
      unsafe message.pointee.options = unsafe try options.makeSignup(in: arena)
      return unsafe message
    }
  }
}

extension ImportOptions {
  /// The options of a signup.
  init(_ message: UnsafeMutablePointer<Muster__V1__SignupOptions>) throws(WireError) {
    self.init()
    let sentRole = unsafe try message.pointee.role.text("options.role")
    if !sentRole.isEmpty { role = sentRole }
    labels = unsafe try LabelMode(message.pointee.label_mode)
    normalizes = unsafe message.pointee.normalize != 0
    let token = unsafe message.pointee.clear_token.bytes
    clearToken = token.isEmpty ? nil : token
    strictIdentity = unsafe message.pointee.strict_identity != 0
    ignoresUnknownColumns = unsafe message.pointee.ignore_unknown_columns != 0
  }

  func makeSignup(
    in arena: Arena
  ) throws(WireError) -> UnsafeMutablePointer<Muster__V1__SignupOptions> {
    let message = unsafe try arena.make(
      Muster__V1__SignupOptions.self, muster__v1__signup_options__init)
    unsafe message.pointee.role = unsafe try arena.copy(role)
    unsafe message.pointee.label_mode = labels.wireMode
    unsafe message.pointee.normalize = normalizes ? 1 : 0
    unsafe message.pointee.clear_token = unsafe try arena.copy(clearToken ?? [])
    unsafe message.pointee.strict_identity = strictIdentity ? 1 : 0
    unsafe message.pointee.ignore_unknown_columns = ignoresUnknownColumns ? 1 : 0
    return unsafe message
  }
}
