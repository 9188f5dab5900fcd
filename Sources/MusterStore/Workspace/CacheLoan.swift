internal import Synchronization

/// Memory for a larger page cache; it goes back with the loan.
final class CacheLoan {
  private let lender: CacheLender

  fileprivate init(of lender: CacheLender) { self.lender = lender }

  deinit { lender.isLent.store(false, ordering: .releasing) }
}

/// Lends memory for a larger page cache, to one workspace at a time.
///
/// Changes all over a large store come back to each of its pages again and again. The memory is
/// lent only while they do, and once: a larger cache for every workspace would not be bounded.
final class CacheLender: Sendable {
  /// Bytes beyond the cache that every workspace has. With them the pages of a million members of
  /// the usual kind stay in memory, and the daemon within the 320 MiB of Promises, P8.
  static let bytes = 96 * 1024 * 1024
  /// The one of this process.
  static let process = CacheLender()

  fileprivate let isLent = Atomic(false)

  init() {}

  /// - Returns: nil if somebody has it.
  func take() -> CacheLoan? {
    let before = isLent.compareExchange(
      expected: false, desired: true, ordering: .acquiringAndReleasing)
    return before.exchanged ? CacheLoan(of: self) : nil
  }
}
