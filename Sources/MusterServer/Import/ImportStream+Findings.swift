internal import MusterCore
internal import MusterFaults
internal import MusterWire

/// What an import that is complete has to tell.
extension ImportStream {
  /// Sends what a preview or an all-or-nothing import has found, then the summary.
  ///
  /// - Throws: `failedPrecondition` if the import stopped after so many faults.
  func tell(_ outcome: ImportEnding, of ended: OpenImport) async throws {
    while let finding = try outcome.findings?.next() {
      for message in Self.messages(finding) {
        guard await outbox.deliver(message) else { return try checkEnd() }
      }
    }
    if !ended.isPreview && outcome.record.state == .stopped {
      outbox.send(.progress(outcome.record.progress))
      throw StoreError.stopped(
        outcome.record.progress, isAllOrNothing: ended.options.isAllOrNothing)
    }
    Failpoint.beforeSummary.reach()
    outbox.send(.summary(ended.summary(outcome.record)))
  }

  /// A part of what was found in messages of a bounded size, or of one field that is larger.
  static func messages(_ finding: ImportFinding) -> [ImportResponse] {
    switch finding {
    case .faults(let faults): ImportOutbox.parts(faults).map { .faults($0) }
    case .changes(let changes): parts(changes).map { .changes($0) }
    }
  }

  private static func parts(_ changes: [RowChange]) -> [[RowChange]] {
    var messages: [[RowChange]] = []
    var message: [RowChange] = []
    var bytes = 0
    for part in changes.flatMap({ $0.parts(bytesMax: ImportOutbox.faultsBytesMax) }) {
      if bytes > 0 && bytes + part.byteCount > ImportOutbox.faultsBytesMax {
        messages.append(message)
        message = []
        bytes = 0
      }
      message.append(part)
      bytes += part.byteCount
    }
    return message.isEmpty ? messages : messages + [message]
  }
}
