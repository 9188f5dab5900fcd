internal import MusterCore

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
      sink.append(object)
      try sink.flushIfFull()
    }
  }

  mutating func finish() throws {
    if format == .text { sink.append(table) }
    try sink.flush()
  }

  /// Prints one thing: a sentence for people, an object for programs.
  static func print(_ format: OutputFormat, _ sentence: TerminalText, _ object: JSONObject) throws {
    var sink = ByteSink.standardOutput()
    switch format {
    case .text: sink.append(sentence)
    case .ndjson: sink.append(object)
    }
    try sink.flush()
  }
}
