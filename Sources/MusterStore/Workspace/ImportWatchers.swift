internal import MusterCore

/// Who wants to know how imports stand; used on the workspace's own thread only.
final class ImportWatchers {
  private var continuations: [String: [UInt64: AsyncStream<ImportRecord>.Continuation]] = [:]
  private var lastToken: UInt64 = 0

  /// Every import that somebody watches.
  var watched: [String] { Array(continuations.keys) }

  var isEmpty: Bool { continuations.isEmpty }

  func isWatched(_ importID: String) -> Bool {
    !continuations.isEmpty && continuations[importID] != nil
  }

  /// Adds somebody.
  ///
  /// - Returns: What ``remove(_:of:)`` takes.
  func add(
    _ continuation: AsyncStream<ImportRecord>.Continuation, of importID: String
  ) -> UInt64 {
    lastToken += 1
    continuations[importID, default: [:]][lastToken] = continuation
    return lastToken
  }

  func remove(_ token: UInt64, of importID: String) {
    continuations[importID]?[token] = nil
    if continuations[importID]?.isEmpty == true { continuations[importID] = nil }
  }

  /// Tells everybody how an import stands, for the last time if nothing more becomes of it.
  func tell(_ record: ImportRecord) {
    guard let waiting = continuations[record.importID] else { return }
    for continuation in waiting.values { continuation.yield(record) }
    if record.isFinal { end(record.importID) }
  }

  /// Tells everybody no more.
  func end(_ importID: String) {
    let waiting = continuations.removeValue(forKey: importID)?.values.map { $0 } ?? []
    for continuation in waiting { continuation.finish() }
  }
}

extension ImportRecord {
  /// Whether nothing goes on with the import now, and nobody is undoing it.
  var isFinal: Bool { state.isOver && state != .undoing }
}
