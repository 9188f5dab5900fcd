internal import Synchronization

/// How many connections of ours each file has.
///
/// SQLite keeps one shared memory for all connections of a process to a file, under the name that
/// it had first: while one is open, the file must not get another name.
enum OpenFiles {
  private static let counts = Mutex<[String: Int]>([:])

  /// A connection that is open, or being opened; it counts until it is let go of.
  final class Mark: Sendable {
    private let path: String

    init(path: String) {
      self.path = path
      OpenFiles.counts.withLock { $0[path, default: 0] += 1 }
    }

    deinit {
      OpenFiles.counts.withLock { counts in
        let left = (counts[path] ?? 1) - 1
        counts[path] = left == 0 ? nil : left
      }
    }
  }

  static func count(_ path: String) -> Int { counts.withLock { $0[path] ?? 0 } }

  /// Runs a closure during which nothing is opened.
  ///
  /// - Returns: nil if a connection to the file is open.
  static func whileClosed<Result: Sendable>(
    _ path: String, _ body: () throws -> Result
  ) rethrows -> Result? {
    try counts.withLock { counts in
      guard counts[path] == nil else { return nil }
      return try body()
    }
  }
}
