import MusterCore
import Synchronization

/// What an import's observer was told, in order.
final class EventLog: Sendable {
  private let state = Mutex<[ImportEvent]>([])

  var events: [ImportEvent] { state.withLock { $0 } }

  var observer: @Sendable (ImportEvent) -> Void {
    { event in self.state.withLock { $0.append(event) } }
  }

  /// All faults, in the order in which they were told.
  var faults: [RowFault] {
    events.flatMap { event -> [RowFault] in
      if case .applied(let faults, _) = event { faults } else { [] }
    }
  }

  /// Why the import failed; nil if it did not.
  var failure: StoreError? { failureAndProgress?.0 }

  var failureAndProgress: (StoreError, ImportProgress)? {
    for event in events {
      if case .failed(let error, let progress) = event { return (error, progress) }
    }
    return nil
  }

  /// The last progress that was called committed.
  var committed: ImportProgress? {
    for event in events.reversed() {
      if case .committed(let progress) = event { return progress }
    }
    return nil
  }
}
