internal import CSQLite

/// Read transactions that may take long: while one is open, the log cannot be used anew and grows.
///
/// Used on the writer's thread only; who reads is interrupted when the log has grown too long.
final class LongReads {
  private var connections: [Connection] = []

  /// Pages of the log, beyond which nobody may hold it: 128 MiB.
  static let logPagesMax: Int32 = 8_192

  func add(_ connection: Connection) { connections.append(connection) }

  /// From now on the connection is not touched any more.
  func remove(_ connection: Connection) { connections.removeAll { $0 === connection } }

  /// Ends all reads if the log is too long.
  func limit(logPages: Int32) {
    guard logPages > Self.logPagesMax else { return }
    for connection in connections { unsafe sqlite3_interrupt(connection.handle) }
  }
}
