/// Protobuf's wire format by hand, for messages that no library of ours would write.
///
/// Source: protobuf.dev, "Encoding".
public enum ProtoBytes {
  /// A number in seven bits a byte, the lowest first.
  public static func varint(_ number: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
    return bytes
  }

  /// A field that holds a number.
  public static func field(_ number: UInt64, _ value: UInt64) -> [UInt8] {
    varint(number << 3) + varint(value)
  }

  /// A field that holds bytes, a text or a message.
  public static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }

  /// A field that holds a text.
  public static func field(_ number: UInt64, _ text: String) -> [UInt8] {
    field(number, Array(text.utf8))
  }

  /// An `ImportMembersRequest` with a chunk of these rows.
  public static func chunk(firstRow: UInt64, rows: [[String]]) -> [UInt8] {
    var chunk = firstRow == 0 ? [] : field(1, firstRow)
    for row in rows {
      var cells: [UInt8] = []
      for cell in row { cells += field(1, cell) }
      chunk += field(2, cells)
    }
    return field(2, chunk)
  }

  /// An `ImportMembersRequest` with a begin of these columns.
  public static func begin(columns: [String], importID: String = "") -> [UInt8] {
    var begin: [UInt8] = []
    for column in columns { begin += field(2, column) }
    if !importID.isEmpty { begin += field(4, importID) }
    return field(1, begin)
  }

  /// An `ImportMembersRequest` with a finish.
  public static func finish(rowCount: UInt64) -> [UInt8] {
    field(3, rowCount == 0 ? [] : field(1, rowCount))
  }
}
