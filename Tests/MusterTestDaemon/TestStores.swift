public import MusterCore
public import MusterServer
public import MusterStore

/// The data directory as the services see it; what musterd does too.
public struct TestStores: StoreProvider {
  let directory: DataDirectory
  let gate: StoreGate?
  let progress: @Sendable () -> WriterProgress?

  /// - Parameter progress: What the writers are said to be at; nil is what they are.
  public init(
    directory: DataDirectory, gate: StoreGate? = nil,
    progress: @escaping @Sendable () -> WriterProgress? = { nil }
  ) {
    self.directory = directory
    self.gate = gate
    self.progress = progress
  }

  public var writerProgress: WriterProgress { progress() ?? directory.writerProgress }

  public func workspace(_ name: String) throws(StoreError) -> any MemberStore {
    gated(try directory.workspace(name))
  }

  public func createWorkspace(_ name: String) throws(StoreError) -> any MemberStore {
    gated(try directory.create(name))
  }

  public func deleteWorkspace(_ name: String, withMembers: Bool) throws(StoreError) -> Int {
    try directory.delete(name, withMembers: withMembers)
  }

  public func renameWorkspace(_ name: String, to newName: String) throws(StoreError) -> String {
    try directory.rename(name, to: newName)
  }

  public func listWorkspaces() throws(StoreError) -> [(name: String, location: String)] {
    try directory.list().map { (name: $0.name, location: $0.file) }
  }

  public func check(
    _ name: String
  ) throws(StoreError) -> (name: String, check: any StoreCheck) {
    try directory.check(name)
  }

  private func gated(_ store: any MemberStore) -> any MemberStore {
    gate.map { GatedStore(base: store, gate: $0) } ?? store
  }
}
