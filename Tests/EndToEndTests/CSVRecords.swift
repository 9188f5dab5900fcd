/// A reader of CSV after RFC 4180 that shares nothing with ours, and a writer for it.
enum CSVRecords {
  static func parse(_ text: String) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var bytes = Array(text.utf8)[...]
    func take() { record.append(String(decoding: cell, as: UTF8.self)) }
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && bytes.first == byte:
        cell.append(bytes.removeFirst())
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted:
        take()
        cell = []
      case 0x0D where !isQuoted && bytes.first == 0x0A: break
      case 0x0A where !isQuoted:
        take()
        records.append(record)
        record = []
        cell = []
      default: cell.append(byte)
      }
    }
    if !record.isEmpty || !cell.isEmpty {
      take()
      records.append(record)
    }
    return records
  }

  static func text(_ records: [[String]]) -> String {
    records.map { record in
      record.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",") + "\n"
    }.joined()
  }
}
