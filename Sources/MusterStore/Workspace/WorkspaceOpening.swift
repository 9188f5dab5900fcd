internal import MusterCore

/// Opens a workspace's file, for the first time and whenever it is used after it was closed.
///
/// What must outlast that is here: rows that are on their way were hashed with the seed.
struct WorkspaceOpening: Sendable {
  let path: String
  let limits: Limits
  let seed = HashSeed()
  let clocks: Clocks

  init(path: String, limits: Limits, clocks: Clocks) {
    self.path = path
    self.limits = limits
    self.clocks = clocks
  }

  /// What is known of a workspace that is open.
  struct Opened: Sendable {
    let lookup: IdentityLookup
    let catalogue: Catalogue
    let usage: OpenWorkspaces.Usage
    /// Whether deleted members have left something that is to go.
    let isErasing: Bool
    /// How long it took.
    let nanoseconds: UInt64
  }

  /// Opens the file.
  ///
  /// - Parameter mayMakeFile: Whether it is made if it is not there.
  /// - Complexity: O(members).
  func open(mayMakeFile: Bool) throws(StoreError) -> (writer: WorkspaceWriter, Opened) {
    let begun = Clock.nanoseconds()
    guard mayMakeFile || FileIdentity(path: path) != nil else {
      throw StoreError(
        .dataLoss, "The database \(path) was moved or deleted; nothing more is written to it.")
    }
    let writer = try WorkspaceWriter(path: path, seed: seed, limits: limits, clocks: clocks)
    let opened = Opened(
      lookup: IdentityLookup(writer.index),
      catalogue: try writer.catalogueTables.load(version: 1), usage: writer.usage,
      isErasing: try writer.connection.integer("SELECT count(*) FROM erasure") > 0,
      nanoseconds: Clock.nanoseconds() - begun)
    return (writer, opened)
  }
}
