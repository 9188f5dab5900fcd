/// Every bound of the command, each with its unit in its name and its reason beside it.
enum CommandBounds {
  /// One `read(2)`: large enough that the call costs nothing, small enough to stay in the cache.
  static let readBlockBytes = 256 * 1024
  /// What the CSV reader gets at once. Rows are sent between pieces, so a chunk may be over its
  /// size by the rows of one piece: at two bytes a row, 32,768, half of what the daemon takes.
  static let pieceBytes = 64 * 1024
  /// Cells of one row that are sent: well over the 1,000 columns that an import may have, so that a
  /// row with too many is still a fault.
  static let cellsPerRowMax = 4_096
  /// One `write(2)` of output.
  static let writeBlockBytes = 64 * 1024
  /// Text of one `_error` cell: a cell of a thousand unknown labels need not become a megabyte.
  static let errorTextBytesMax = 8 * 1024
  /// Text of one `_error` cell that is read back: the last fault of a row may go over the bound, by
  /// a message from the daemon at most.
  static let spilledTextBytesMax: UInt64 = 16 * 1024 * 1024
  /// Rows of a pipe that are not durable yet lie in files of about this size, each freed
  /// as a whole.
  static let spoolSegmentBytes = 4 * 1024 * 1024
  /// Members that a listing asks for at once; the daemon gives fewer if they are long.
  static let membersPerPage = 1_000
  /// Examples of each kind of fault in a summary.
  static let faultExamplesMax = 3
  /// Rows of each kind, created and updated, that a preview shows; more is for reading in a file.
  static let previewRowsMax = 8
  /// Fields of one changed row that a preview shows.
  static let previewFieldsMax = 12
  /// Rows whose lines are stored together; looking a line up takes at most that many steps.
  static let lineBlockRows = 1_024
  /// How often a waiting read looks whether it is still wanted, in milliseconds.
  static let pollIntervalMilliseconds: Int32 = 100
  /// How long an interrupted import may take to end in order before it is cut off, in seconds: a
  /// group commit takes one.
  static let interruptGraceSeconds = 5
  /// How long an import tries to reach a daemon that is gone, in seconds: a restart takes part of a
  /// second, an upgrade some. MUSTER_RECONNECT_SECONDS says otherwise.
  static let reconnectSeconds: UInt32 = 30
  /// How long a command that never reconnects (MUSTER_RECONNECT_SECONDS=0) waits for the first word
  /// of a daemon, in seconds: one that systemd starts for it takes part of a second.
  static let firstAnswerSeconds: UInt32 = 5
  /// How long a command that has failed already tries to learn how far its import came.
  static let afterFailureTimeMax: Duration = .seconds(1)
  /// How long a note of an interrupted import is kept, in seconds: 30 days. Who has not gone on by
  /// then begins anew, and the rejected rows beside the note are members' own data.
  static let noteAgeSecondsMax = 30 * 86_400
  /// How many notes are kept; the oldest go.
  static let notesMax = 100
  /// How old a file that belongs to no note may be, in seconds, before it goes.
  static let noteLeftoverSecondsMax = 86_400
  /// How long a private daemon may take to serve, or one to be gone: it starts in a tenth of a
  /// second, and a stopping one cuts its last calls off after 8.
  static let privateStartTimeMax: Duration = .seconds(20)
  /// How long another command may take to start the private daemon: the bounds of its two
  /// waits, and some.
  static let privateStartLockTimeMax: Duration = .seconds(45)
  /// Between two looks at a private daemon that is starting.
  static let privatePause: Duration = .milliseconds(10)
  /// After how long without a connection a private daemon leaves: a person's next command finds it.
  static let privateIdleSeconds: UInt32 = 60
  /// A private daemon's log is emptied when it is larger than this: some thousand imports.
  static let privateLogBytesMax = 1024 * 1024
  /// What is quoted of the log of a daemon that did not start: at most so many bytes,
  static let privateLogTailBytes = 4 * 1024
  /// and so many lines.
  static let privateLogTailLines = 5
}
