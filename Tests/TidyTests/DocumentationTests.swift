internal import Testing

/// What a reader of the libraries is promised.
@Suite struct DocumentationTests {
  static let libraries: Set<Substring> = [
    "MusterCore", "MusterCSV", "MusterWire", "MusterStore", "MusterServer", "MusterClient",
  ]

  private static let keywords: Set<Substring> = [
    "actor", "associatedtype", "class", "enum", "func", "init", "let", "protocol", "struct",
    "subscript", "typealias", "var",
  ]

  @Test func `every public declaration of the libraries has a comment`() throws {
    var bare: [String] = []
    for file in try SourceTree.sources() where Self.libraries.contains(file.target) {
      for (place, line) in file.lines.enumerated() where Self.isPublicDeclaration(line) {
        if !Self.hasComment(file.lines[..<place]) {
          bare.append("\(file.path):\(place + 1): \(line)")
        }
      }
    }
    #expect(bare == [])
  }

  /// Whether the line begins a public declaration; an import and an extension are none.
  private static func isPublicDeclaration(_ line: Substring) -> Bool {
    let words = line.split(separator: " ").drop { $0.hasPrefix("@") }
    guard words.first == "public" || words.first == "open" else { return false }
    let names = words.map { $0.prefix { $0.isLetter } }
    return names.contains { Self.keywords.contains($0) }
  }

  /// Whether the lines end with a comment for what follows them; attributes may stand between.
  private static func hasComment(_ before: ArraySlice<Substring>) -> Bool {
    let words = before.map { $0.drop { $0 == " " } }
    return words.last { !$0.hasPrefix("@") }?.hasPrefix("///") ?? false
  }
}
