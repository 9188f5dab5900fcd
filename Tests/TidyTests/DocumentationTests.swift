internal import Testing

/// What a reader of the libraries is promised.
@Suite struct DocumentationTests {
  static let libraries: Set<Substring> = [
    "MusterCore", "MusterCSV", "MusterFaults", "MusterWire", "MusterStore", "MusterServer",
    "MusterClient",
  ]

  private static let keywords: Set<Substring> = [
    "actor", "associatedtype", "class", "enum", "func", "init", "let", "protocol", "struct",
    "subscript", "typealias", "var",
  ]

  private static let typeKeywords: Set<Substring> = [
    "actor", "class", "enum", "extension", "struct",
  ]

  @Test func `every public declaration of the libraries has a comment`() throws {
    let files = try SourceTree.sources().filter { Self.libraries.contains($0.target) }
    let requirements = Self.requirements(of: files)
    #expect(files.flatMap { Self.bareDeclarations(in: $0, requirements) } == [])
  }

  @Test func `a declaration needs no comment only where it meets a requirement that has one`() {
    let text = """
      @_exported public import struct Lines.Line
      public protocol Shape {
        /// Its area.
        var area: Int { get }
        var edgeCount: Int { get }
      }
      extension Shape {
        public var area: Int { 0 }
      }
      public struct Square<Side: Shape>: Equatable, Shape {
        public var area: Int
        @inlinable public var edgeCount: Int
        public var side: Side
          public var area: Int
      }
      public struct Frame<Side: Shape> {
        public var area: Int
      }
      """
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let file = SourceTree.File(path: "Shape.swift", lines: lines)
    let bare = Self.bareDeclarations(in: file, Self.requirements(of: [file]))
    let numbers = bare.map { $0.split(separator: ":")[1] }
    #expect(numbers == ["2", "8", "10", "12", "13", "14", "16", "17"])
  }

  /// The public declarations without a comment, as `path:number: line`.
  ///
  /// A direct member of a type needs none if it meets a requirement: its comment is there.
  private static func bareDeclarations(
    in file: SourceTree.File, _ requirements: [Substring: Set<Substring>]
  ) -> [String] {
    var bare: [String] = []
    var excused: Set<Substring> = []
    for (place, line) in file.lines.enumerated() {
      if !line.isEmpty && line.first != " " {
        excused = conformances(line).reduce(into: []) { $0.formUnion(requirements[$1] ?? []) }
      }
      guard isPublicDeclaration(line), !hasComment(file.lines[..<place]) else { continue }
      let isMember = line.prefix { $0 == " " }.count == 2
      if isMember, let name = memberName(line), excused.contains(name) { continue }
      bare.append("\(file.path):\(place + 1): \(line)")
    }
    return bare
  }

  /// The names that the public protocols of these files ask for with a comment, by protocol, and
  /// those of the protocols of others that the libraries conform to.
  private static func requirements(of files: [SourceTree.File]) -> [Substring: Set<Substring>] {
    var names: [Substring: Set<Substring>] = [
      "CustomStringConvertible": ["description"], "MessageDeserializer": ["deserialize"],
      "MessageSerializer": ["serialize"],
    ]
    for file in files {
      var owner: Substring? = nil
      for (place, line) in file.lines.enumerated() {
        if !line.isEmpty && line.first != " " { owner = protocolName(line) }
        guard let owner, let name = memberName(line) else { continue }
        if hasComment(file.lines[..<place]) { names[owner, default: []].insert(name) }
      }
    }
    return names
  }

  /// The protocol whose public declaration the line begins.
  private static func protocolName(_ line: Substring) -> Substring? {
    guard line.hasPrefix("public protocol ") else { return nil }
    return line.split(separator: " ").dropFirst(2).first.map(identifier)
  }

  /// What a type or extension whose declaration fits on the line says that it conforms to.
  private static func conformances(_ line: Substring) -> [Substring] {
    let words = line.split(separator: " ").map(identifier)
    guard words.contains(where: { typeKeywords.contains($0) }) else { return [] }
    let header = line.replacing(/<[^>]*>/, with: "").prefix { $0 != "{" }
    guard let clause = header.split(separator: " where ")[0].split(separator: ":").dropFirst().first
    else { return [] }
    return clause.split(separator: ",").compactMap { $0.split(separator: " ").last.map(identifier) }
  }

  /// The name of the function or property that the line declares.
  private static func memberName(_ line: Substring) -> Substring? {
    let words = line.split(separator: " ")
    guard let place = words.firstIndex(where: { ["func", "var", "let"].contains($0) }) else {
      return nil
    }
    return words[(place + 1)...].first.map(identifier)
  }

  /// The letters, digits and underscores that a text begins with.
  private static func identifier(_ text: Substring) -> Substring {
    text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
  }

  /// Whether the line begins a public declaration; an import and an extension are none.
  private static func isPublicDeclaration(_ line: Substring) -> Bool {
    let words = line.split(separator: " ").drop { $0.hasPrefix("@") }
    guard words.first == "public" || words.first == "open" else { return false }
    // An import may name the kind of the one thing that it imports.
    if words.dropFirst().first == "import" { return false }
    let names = words.map { $0.prefix { $0.isLetter } }
    return names.contains { Self.keywords.contains($0) }
  }

  /// Whether the lines end with a comment for what follows them; attributes may stand between.
  private static func hasComment(_ before: ArraySlice<Substring>) -> Bool {
    let words = before.map { $0.drop { $0 == " " } }
    return words.last { !$0.hasPrefix("@") }?.hasPrefix("///") ?? false
  }
}
