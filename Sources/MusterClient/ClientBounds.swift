/// Every bound of the client, each with its unit in its name and its reason beside it.
public enum ClientBounds {
  /// Rows after which a chunk is sent; 1,000 to 4,000 were measured fastest (Measurements).
  public static let chunkRowsMax = 2_000
  /// Bytes of cells after which a chunk is sent: an eighth of what the daemon takes, so that what a
  /// caller adds before it looks (a row of 1 MiB, a piece of a file) still fits.
  public static let chunkCellBytesMax = 512 * 1024
  /// How long a row waits for others to fill its chunk: rows of a service that writes now and then
  /// arrive well within a second, and a fast writer sends four chunks a second too many at most.
  static let rowDelayMax: Duration = .milliseconds(250)
  /// Cells of one row that are sent: well over the 1,000 columns that an import may have, so that a
  /// row with too many is still a fault.
  static let cellsPerRowMax = 4_096
  /// Faults that an import keeps for its caller if no closure takes them: more than anybody reads,
  /// and about a megabyte at most.
  public static let keptFaultsMax = 1_000
  /// Created and updated rows, of each so many, whose changes a preview keeps for its caller if it
  /// does not say how many.
  public static let keptChangesMax: UInt64 = 1_000
  /// The HTTP/2 window; the default of 64 KiB caps the transport at a third of its rate.
  static let windowBytes = 8 * 1024 * 1024
  /// An HTTP/2 frame; fewer and larger frames, well within the 16 MiB that HTTP/2 allows.
  static let frameBytesMax = 1024 * 1024
  /// One message from the daemon: a row of 1 MiB with room to spare, or a long list of labels.
  static let responseBytesMax = 8 * 1024 * 1024
  /// How long a call with one answer may take: a workspace of millions of members loads in seconds.
  static let callTimeout: Duration = .seconds(60)
  /// Members that a sequence of members asks for at once; the daemon gives fewer if they are long.
  static let membersPerPage = 1_000
  /// How long to wait for the first word of a daemon whose socket accepts connections: a restart
  /// takes part of a second, an upgrade some.
  package static let firstAnswerTimeout: Duration = .seconds(30)
  /// After how long without a byte from the daemon it is asked whether it is still there: a daemon
  /// that is stopped or hangs in the middle of a call would be waited for without end.
  static let silenceTimeout: Duration = .seconds(20)
  /// How long it may take to answer that; a daemon answers whatever else it does.
  static let pingTimeout: Duration = .seconds(20)
  /// How long a daemon may take to say that it is well.
  package static let healthTimeout: Duration = .seconds(5)
  /// How long after its deadline, its cancellation or its end the transport may still take before
  /// it is left behind: it answers at once, or hangs.
  static let abandonTimeout: Duration = .seconds(2)
  /// How long the daemon may take to end an import that the caller broke off, so that its last
  /// progress is still seen: its group commit takes up to a second.
  static let partingTimeout: Duration = .seconds(10)
}
