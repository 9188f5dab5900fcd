/// Who serves a data directory, and where.
///
/// The daemon writes it once it listens, and only the owner of the directory's lock does. A command
/// believes it only if the process that listens on the socket is the one named: a record outlives a
/// daemon that was killed, and another directory's daemon may have its socket by then.
package struct DaemonRecord: Equatable, Sendable {
  /// The daemon's process.
  package var processID: Int32
  /// The socket that it listens on.
  package var socketPath: String

  /// Bytes of a record: a path of 107 bytes, a number and what stands between them.
  package static let bytesMax = 256

  /// Makes a record.
  package init(processID: Int32, socketPath: String) {
    self.processID = processID
    self.socketPath = socketPath
  }

  /// Reads a record's text; nil if it is none.
  package init?(text: String) {
    let parts = text.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let processID = Int32(parts[0]), processID > 0,
      parts[1].hasPrefix("/"), parts[1].hasSuffix("\n")
    else { return nil }
    self.init(processID: processID, socketPath: String(parts[1].dropLast()))
  }

  /// The record as it is written.
  package var text: String { "\(processID) \(socketPath)\n" }
}
