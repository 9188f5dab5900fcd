internal import MusterCore

/// Every bound on the memory that calls may take, each with its unit in its name and its reason
/// beside it.
///
/// Together with the caches of open workspaces and with what a daemon takes besides they keep a
/// daemon to 320 MiB and 60 bytes a member; a test adds them up.
struct MemoryBounds: Sendable, Equatable {
  /// What calls may hold together, in messages, rows and answers.
  var plan = MemoryPlan(
    bytesMax: 104 * 1024 * 1024,
    keptBytes: [
      .unpacked: Limits.unpackedChunkBytesMax, .checked: checkedBytesMax, .answers: 4 << 20,
    ],
    ownerKeptBytes: 4 * 1024 * 1024)
  /// Calls that are kept for root and the daemon's own user,
  var callsKeptMax = 64
  /// and of those for root alone.
  var callsKeptForRootMax = 16

  /// Bytes of one message, of any call; one that says it is longer is refused as soon as it begins.
  static var messageBytesMax: Int { Limits().chunkBytesMax }
  /// Bytes that a message costs besides its own: what queues and buffers keep of each.
  static let messageOverheadBytes = 512
  /// How often the bytes of a message are in memory once it is read, where it carries no rows:
  /// texts and lists of Swift, which are larger than what they are sent as.
  static let valuesPerByte = 4
  /// Bytes that a client may send on a stream before the daemon has memory for a message: whole
  /// small messages, and the beginning of larger ones, which says how long they are.
  static let openWindowBytes = 16 * 1024
  /// Bytes that a client may send on all streams of a connection before it has heard of the windows
  /// of this daemon (RFC 9113, section 6.9.2).
  static let unaskedBytesMax = 65_535
  /// Bytes that a call takes besides what is counted: its stream, its tasks, what it keeps.
  static let callBytes = 32 * 1024
  /// Bytes that an open connection takes: its pipeline, HTTP/2's tables, a buffer of the socket.
  static let connectionBytes = 16 * 1024
  /// Bytes that the program takes before anybody calls, and what the allocator keeps.
  static let programBytes = 32 * 1024 * 1024
  /// Bytes that may be on their way on one connection: what keeps one bulk import busy, and never
  /// more than the windows of its streams.
  static let connectionWindowBytes = 8 * 1024 * 1024
  /// Bytes of whole messages that wait for whoever answers a call: two chunks of a usual import, so
  /// that one arrives while another is checked.
  static let untakenBytesMax = 2 * 1024 * 1024
  /// Bytes that are kept for rows that are checked: more than one turn of the checker takes.
  static let checkedBytesMax = 8 * 1024 * 1024
  /// Bytes of answers of one call that wait for its client, but for the last one of them.
  static let unreadBytesMax = 64 * 1024
  /// Bytes that an answer is taken for before it is known how long it is.
  static let answerBytes = 64 * 1024
  /// Bytes that the answer of a listing is taken for: a page of it is made whole before it is sent.
  static let listBytes = 2 * 1024 * 1024
  /// Seconds without a byte after which a call that holds memory for its client's sake alone is
  /// ended, if others wait for memory.
  static let stallSecondsMax: Int64 = 10

  /// Methods with a stream of answers.
  private static let streams: Set<String> = [
    "ExportMembers", "ImportMembers", "UndoImport", "WatchImport", "CheckWorkspace",
    "ServerReflectionInfo",
  ]

  /// Bytes that an answer of a method is taken for; 0 for a single small one, which is a part of
  /// what every call has.
  static func answerBytes(of method: String) -> Int {
    if method.hasPrefix("List") || method == "CreateLabels" { return listBytes }
    return streams.contains(method) ? answerBytes : 0
  }
}
