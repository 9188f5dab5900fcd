internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks for imports, the newest first.
public struct ListImportsRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// The states wanted; none means all.
  public var states: [ImportRecord.State]
  /// How many at most; 0 means as many as a page may have.
  public var pageSize: UInt32
  /// What the page before named as the next; empty begins with the newest.
  public var pageToken: String

  /// Asks a workspace for its imports.
  public init(
    workspace: String, states: [ImportRecord.State] = [], pageSize: UInt32 = 0,
    pageToken: String = ""
  ) {
    self.workspace = workspace
    self.states = states
    self.pageSize = pageSize
    self.pageToken = pageToken
  }
}

extension ListImportsRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ListImportsRequest {
    unsafe try unpacked(
      bytes, Muster__V1__ListImportsRequest.self, muster__v1__list_imports_request__get()
    ) { message throws(WireError) in
      var states: [ImportRecord.State] = []
      for place in unsafe 0..<message.pointee.n_states {
        let number = unsafe Int(message.pointee.states[place].rawValue)
        guard let state = ImportRecord.State(rawValue: number) else {
          throw WireError(
            code: .malformed,
            message: "The field states has a state that this version lacks; leave it out.",
            field: "states[\(place)]")
        }
        states.append(state)
      }
      return unsafe ListImportsRequest(
        workspace: try message.pointee.workspace.text("workspace"), states: states,
        pageSize: message.pointee.page_size,
        pageToken: try message.pointee.page_token.text("page_token"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListImportsRequest.self, muster__v1__list_imports_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      let list = unsafe try arena.allocate(Muster__V1__ImportState.self, count: states.count)
      for (place, state) in states.enumerated() {
        unsafe list[place] = Muster__V1__ImportState(UInt32(state.rawValue))
      }
      unsafe message.pointee.n_states = states.count
      unsafe message.pointee.states = unsafe list
      unsafe message.pointee.page_size = pageSize
      unsafe message.pointee.page_token = unsafe try arena.copy(pageToken)
      return unsafe message
    }
  }
}

/// A page of imports.
public struct ListImportsResponse: Sendable, Equatable {
  /// The newest first.
  public var imports: [ImportRecord]
  /// Where the next page begins; empty if this is the last.
  public var nextPageToken: String

  /// Answers with a page.
  public init(imports: [ImportRecord], nextPageToken: String) {
    self.imports = imports
    self.nextPageToken = nextPageToken
  }
}

extension ListImportsResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ListImportsResponse {
    unsafe try unpacked(
      bytes, Muster__V1__ListImportsResponse.self, muster__v1__list_imports_response__get()
    ) { message throws(WireError) in
      unsafe ListImportsResponse(
        imports: try list(message.pointee.imports, message.pointee.n_imports) {
          item throws(WireError) in
          unsafe try ImportRecord(item)
        }, nextPageToken: try message.pointee.next_page_token.text("next_page_token"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListImportsResponse.self, muster__v1__list_imports_response__init)
      unsafe message.pointee.n_imports = imports.count
      unsafe message.pointee.imports = unsafe try arena.makeList(imports) {
        item throws(WireError) in
        unsafe try item.make(in: arena)
      }
      unsafe message.pointee.next_page_token = unsafe try arena.copy(nextPageToken)
      return unsafe message
    }
  }
}
