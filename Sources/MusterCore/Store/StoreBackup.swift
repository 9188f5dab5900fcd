/// A copy of a store in a file that goes with the object; used by one task at a time.
public protocol StoreBackup: Sendable {
  /// Copies the next part, between two groups of rows.
  ///
  /// - Returns: How far the copy is; nil once it is complete and on the disk.
  /// - Throws: `resourceExhausted` where there is no room for it.
  func step() async throws(StoreError) -> BackupProgress?
  /// Members in the copy, once it is complete.
  var memberCount: UInt64 { get }
  /// The next bytes of the complete copy; none at its end.
  func read(byteCountMax: Int) throws(StoreError) -> [UInt8]
}

/// How far the copying of a store is.
public struct BackupProgress: Sendable, Equatable {
  /// Bytes copied so far.
  public var byteCount: UInt64
  /// The size of the copy, as far as it is known.
  public var byteTotal: UInt64

  /// Says how far a copy is.
  public init(byteCount: UInt64 = 0, byteTotal: UInt64 = 0) {
    self.byteCount = byteCount
    self.byteTotal = byteTotal
  }
}
