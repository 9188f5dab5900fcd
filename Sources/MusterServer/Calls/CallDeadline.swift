internal import GRPCCore
internal import MusterCore

/// When a call must be over, by its client's word.
struct CallDeadline: Sendable {
  private let instant: ContinuousClock.Instant?

  /// The deadline of a call that begins now.
  init(_ metadata: Metadata) {
    var values = metadata[stringValues: CallTimeout.header].makeIterator()
    instant = values.next().flatMap { CallTimeout($0) }.map { .now + $0.duration }
  }

  var hasPassed: Bool { instant.map { $0 <= .now } ?? false }

  /// Why a call ends that nobody waits for any more.
  var cancellation: StoreError {
    hasPassed
      ? StoreError(.deadlineExceeded, "The call took longer than its deadline allows.")
      : StoreError(.cancelled, "The client is gone.")
  }
}
