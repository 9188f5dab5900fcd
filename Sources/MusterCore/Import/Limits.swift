/// Every bound of an import, each with its unit in its name and its reason beside it.
///
/// Source: Design, "Limits". A limit of 0 rows or bytes per import means no limit.
public struct Limits: Sendable, Equatable {
  /// Rows in one import; a slip of the hand (the wrong file) stops here.
  public var rowsPerImport: UInt64 = 10_000
  /// Bytes of cells in one import.
  public var bytesPerImport: UInt64 = 10_000_000
  /// Bytes of one cell; a longer one is a fault of its row.
  public var cellBytesMax = 64 * 1024
  /// Bytes of all cells of one row.
  public var rowBytesMax = 1024 * 1024
  /// Columns of an import.
  public var columnsMax = 1_000
  /// Bytes of one chunk as it is on the wire; above it the answer is RESOURCE_EXHAUSTED.
  public var chunkBytesMax = 4 * 1024 * 1024
  /// Rows of a preview or an all-or-nothing import: they are applied in one turn of the writer,
  /// which other imports into the workspace wait for.
  public var spooledRowsMax: UInt64 = 100_000
  /// Bytes of a spool: what a preview or an all-or-nothing import writes to disk before, and finds
  /// while, it is applied. 100,000 rows of 2,600 bytes.
  public var spooledBytesMax: UInt64 = 256 * 1024 * 1024
  /// Faults of one import that the ledger keeps; every fault still reaches the caller.
  public var ledgerFaultsMax = 100_000
  /// Days after its last commit in which an import can be undone: before-images are personal data.
  public var undoDaysMax = 30
  /// The newest imports of a workspace that can be undone: before-images take disk.
  public var undoImportsMax = 100
  /// Days after an import's last commit in which the ledger keeps its faults, and what undoing it
  /// has kept: they hold rejected values.
  public var faultDaysMax = 30
  /// Days after its last commit in which an import that was left open can be gone on with.
  public var resumeDaysMax = 7

  /// The limits that hold where nothing else is configured.
  public init() {}

  /// Bytes of an offending value that a fault carries: enough to find it in the file.
  public static let faultValueBytesMax = 256
  /// Bytes of memory that the rows of one chunk may take once unpacked. 4 MiB of empty rows unpack
  /// to 272 MiB (Library facts, "protobuf-c"), so the unpacked size needs a bound of its own.
  public static let unpackedChunkBytesMax = 64 * 1024 * 1024
  /// Rows of one chunk; bounds the working set of the writer.
  public static let rowsPerChunkMax = 65_536
  /// Chunks of one import that wait between the socket and the store; beyond it the daemon stops
  /// reading and HTTP/2 flow control holds the client.
  public static let waitingChunksMax = 4
  /// Imports of one page of a listing: well under the 4 MiB that stock clients take, with short
  /// columns.
  public static let importsPerPageMax = 100
  /// Members of one page of a listing; a page ends sooner once it has about 256 KiB of texts.
  public static let membersPerPageMax = 1_000
  /// Faults that a signup is answered with: a cell of labels may have thousands of unknown ones.
  public static let faultsPerSignupMax = 1_000
  /// Required fields without a value that one row has faults for: a row of a few bytes may leave
  /// out 500 fields of each of many forms.
  public static let requiredFaultsPerRowMax = 16
  /// Members of one workspace: the identity index holds 32-bit member numbers.
  public static let membersPerWorkspaceMax = 4_000_000_000
}

extension Limits {
  /// What a program is told of a limit that was met.
  ///
  /// - Parameters:
  ///   - name: The limit's name in PROTOCOL.md.
  ///   - value: What it allows.
  ///   - setting: The name of its setting; nil if it has none.
  public static func facts(
    _ name: String, _ value: some FixedWidthInteger, setting: String? = nil
  ) -> [ErrorFact: String] {
    var facts: [ErrorFact: String] = [.limit: name, .limitValue: "\(value)"]
    if let setting { facts[.setting] = "limits.\(setting)" }
    return facts
  }
}
