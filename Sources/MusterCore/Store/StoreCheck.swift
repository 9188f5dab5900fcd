/// Verifies a store, part by part, and changes nothing; used by one task at a time.
public protocol StoreCheck: Sendable {
  /// The database file.
  var location: String { get }
  /// What was found so far.
  var report: CheckReport { get }
  /// Checks the next part.
  ///
  /// - Returns: How far it is; nil once all is checked.
  /// - Throws: Why the store cannot be checked: `notFound`, `failedPrecondition` for another
  ///   version's, `aborted` where imports write too much meanwhile. Damage is a finding.
  func step() async throws(StoreError) -> CheckProgress?
}
