/// Things of one kind, printed as a table for people and as JSON lines for programs.
struct Listing {
  private let format: OutputFormat
  private var table: Table
  private var sink = ByteSink.standardOutput()

  init(_ format: OutputFormat, header: [String]) {
    self.format = format
    self.table = Table(header: header)
  }

  mutating func add(_ cells: [String], _ object: JSONObject) throws {
    switch format {
    case .text: table.add(cells)
    case .ndjson:
      sink.bytes += object.line
      try sink.flushIfFull()
    }
  }

  mutating func finish() throws {
    if format == .text { sink.bytes += table.bytes() }
    try sink.flush()
  }

  /// Prints one thing: a sentence for people, an object for programs.
  static func print(_ format: OutputFormat, _ sentence: String, _ object: JSONObject) throws {
    var sink = ByteSink.standardOutput()
    switch format {
    case .text: sink.bytes += Array((Terminal.printable(sentence) + "\n").utf8)
    case .ndjson: sink.bytes += object.line
    }
    try sink.flush()
  }
}
