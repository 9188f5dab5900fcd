/// One pass over a file before any of it is sent: its totals, its faults, its fingerprint.
///
/// It refuses whatever a `CSVReader` with the same settings refuses, so that a file that passes can
/// be read to its end.
public struct CSVSurvey: ~Copyable {
  /// What a whole file amounts to.
  public struct Result: Sendable, Equatable {
    /// How many rows there are, without the header.
    public var rowCount: UInt64
    /// The bytes of all cells of those rows, without quotes, delimiters and line ends.
    public var cellBytes: UInt64
    /// The bytes of the file, byte order mark included.
    public var byteCount: UInt64
    /// A 128-bit fingerprint of all the bytes, as 32 hexadecimal digits.
    ///
    /// It does not depend on how the file was cut into pieces. It is not cryptographic.
    public var digest: String
  }

  private var reader: CSVReader
  private var digest = CSVDigest()
  private var rowCount: UInt64 = 0
  private var cellBytes: UInt64 = 0

  /// A survey at the start of a file; the parameters are those of `CSVReader`.
  public init(delimiter: UInt8 = 0x2C, rowBytesMax: Int = 8 * 1024 * 1024) {
    reader = CSVReader(delimiter: delimiter, rowBytesMax: rowBytesMax)
  }

  /// Takes the next piece of the file, of any size.
  ///
  /// - Throws: `CSVError`; the survey is over then.
  public mutating func read(_ bytes: UnsafeRawBufferPointer) throws {
    unsafe digest.update(bytes)
    try unsafe count(bytes, isLast: false)
  }

  /// Ends the survey at the end of the file.
  ///
  /// - Throws: `CSVError` for an unclosed quote or a missing header.
  public consuming func finish() throws -> Result {
    try unsafe count(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true)
    return Result(
      rowCount: rowCount - 1, cellBytes: cellBytes, byteCount: digest.byteCount,
      digest: digest.hexadecimal())
  }

  private mutating func count(_ bytes: UnsafeRawBufferPointer, isLast: Bool) throws {
    var (rows, cells) = (rowCount, cellBytes)
    try unsafe reader.read(bytes, isLast: isLast) { row in
      if rows > 0 { cells &+= UInt64(row.cellBytes) }
      rows &+= 1
    }
    (rowCount, cellBytes) = (rows, cells)
  }
}
