internal import CMusterProto
internal import CProtobufC

/// A workspace as a caller sees it.
public struct WorkspaceEntry: Sendable, Equatable {
  /// Its name, `[a-z0-9][a-z0-9_-]{0,63}`.
  public var name: String
  /// The database file that holds it.
  public var store: String

  /// Describes the workspace of this name in this file.
  public init(name: String, store: String) {
    self.name = name
    self.store = store
  }
}

extension WorkspaceEntry {
  init(_ message: UnsafeMutablePointer<Muster__V1__Workspace>) throws(WireError) {
    unsafe self.init(
      name: try message.pointee.name.text("workspace.name"),
      store: try message.pointee.store.text("workspace.store"))
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__Workspace> {
    let message = unsafe try arena.make(Muster__V1__Workspace.self, muster__v1__workspace__init)
    unsafe message.pointee.name = unsafe try arena.copy(name)
    unsafe message.pointee.store = unsafe try arena.copy(store)
    return unsafe message
  }
}
