internal import MusterCore
internal import Synchronization

/// Since when a workspace's writer has been at its job and at the disk, for who asks from another
/// thread: the writer's own cannot say while it hangs.
final class WriterWatch: Sendable {
  /// Nanoseconds of the clock that never goes back; 0 while there is none.
  private let jobSince = Atomic<UInt64>(0)
  private let syncSince = Atomic<UInt64>(0)

  func beginJob() { jobSince.store(Clock.nanoseconds(), ordering: .relaxed) }

  func endJob() { jobSince.store(0, ordering: .relaxed) }

  /// Runs what waits for the disk, on the writer's thread.
  func atDisk<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    syncSince.store(Clock.nanoseconds(), ordering: .relaxed)
    defer { syncSince.store(0, ordering: .relaxed) }
    return try body()
  }

  /// How long it has been at both.
  ///
  /// - Parameter now: Nanoseconds of the same clock.
  func progress(at now: UInt64) -> WriterProgress {
    WriterProgress(
      oldestSync: Self.age(syncSince.load(ordering: .relaxed), now),
      oldestJob: Self.age(jobSince.load(ordering: .relaxed), now))
  }

  private static func age(_ since: UInt64, _ now: UInt64) -> Duration {
    since == 0 || since > now ? .zero : .nanoseconds(Int64(clamping: now - since))
  }
}
