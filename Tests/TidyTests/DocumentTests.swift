internal import Testing

/// What README.md and PROTOCOL.md say, against what is there.
@Suite struct DocumentTests {
  private static let catalogue = "Sources/MusterServer/Documentation.docc"

  @Test func `README.md is as short as a newcomer reads`() throws {
    #expect(try SourceTree.file("README.md").text.utf8.count <= 8_192)
  }

  @Test(arguments: ["README.md", "proto/PROTOCOL.md"])
  func `every script that a document names can be run`(_ document: String) throws {
    var named: Set<String> = []
    for line in try SourceTree.file(document).lines {
      let words = line.split { " `()'\"|,;:".contains($0) }
      for word in words where word.hasPrefix("scripts/") {
        if word.hasSuffix(".sh") || word.hasSuffix(".py") { named.insert(String(word)) }
      }
    }
    if document == "README.md" {
      #expect(named.isSuperset(of: ["scripts/quickstart.sh", "scripts/test.sh"]))
    }
    #expect(named.filter { !SourceTree.isExecutable($0) } == [])
  }

  @Test func `PROTOCOL.md names every limit, with its value and its setting`() throws {
    let known = try Self.bounds(in: "Sources/MusterCore/Import/Limits.swift", after: "public")
    #expect(known.count >= 12)
    let settings = try SourceTree.file("Sources/musterd/Configuration.swift").text
    var named: [String: Int] = [:]
    let section = try Self.section("## Limits", of: "proto/PROTOCOL.md")
    for cells in section.compactMap(Self.tableCells) where cells[0].hasPrefix("`") {
      let name = cells[0].filter { $0 != "`" }
      named[name] = Int(cells[1].filter { $0 != "," })
      if cells[2].hasPrefix("`limits.") {
        let setting = cells[2].filter { $0 != "`" }.dropFirst("limits.".count)
        #expect(settings.contains("\"\(setting)\":"), "\(name) has no setting \(setting)")
      }
    }
    #expect(named == known)
  }

  @Test func `the page on memory names every setting of the budget of workspaces`() throws {
    let known = try Self.bounds(
      in: "Sources/MusterCore/Budget/WorkspaceBudget.swift", after: "public")
    let settings = try SourceTree.file("Sources/musterd/Configuration.swift").text
    let page = "\(Self.catalogue)/Operating/Memory.md"
    let rows = try Self.section("## Overview", of: page).compactMap(Self.tableCells)
      .filter { $0[0].hasPrefix("`workspaces.") }
    #expect(rows.count == 3)
    for cells in rows {
      let name = cells[0].filter { $0 != "`" }.dropFirst("workspaces.".count)
      #expect(settings.contains("\"\(name)\":"), "there is no setting \(name)")
      #expect(Int(cells[1].filter { $0 != "," }) == known["\(name)Max"], "\(name)")
    }
  }

  @Test func `PROTOCOL.md names every bound of control frames, with its value`() throws {
    let known = try Self.bounds(in: "Sources/MusterServer/Listener/ConnectionBounds.swift")
    #expect(known.count >= 5)
    var named: [String: Int] = [:]
    for cells in try Self.section("## Control frames", of: "proto/PROTOCOL.md")
      .compactMap(Self.tableCells) where cells[0].hasPrefix("`")
    {
      named[cells[0].filter { $0 != "`" }] = Int(cells[1].filter { $0 != "," })
    }
    #expect(named == known)
  }

  @Test func `PROTOCOL.md names every bound of the transport, with its value`() throws {
    var known: [String: String] = [:]
    for line in try SourceTree.file("Sources/MusterServer/TransportBounds.swift").lines {
      let words = line.split { " :".contains($0) }
      guard words.starts(with: ["public", "var"]), let value = words.last else { continue }
      let number = value.filter { $0.isNumber }
      known[String(words[2])] = value.hasPrefix(".seconds(") ? number + " s" : number
    }
    #expect(known.count == 8)
    var named: [String: String] = [:]
    for cells in try Self.section("## Connections", of: "proto/PROTOCOL.md")
      .compactMap(Self.tableCells) where cells[0].hasPrefix("`")
    {
      named[cells[0].filter { $0 != "`" }] = cells[1].filter { $0 != "," }
    }
    #expect(named == known)
  }

  @Test(arguments: ["\(catalogue)/Guides/Importing.md", "proto/PROTOCOL.md"])
  func `a document has every fault as the code has it`(_ document: String) throws {
    let faults = try Self.faults()
    #expect(faults.count == 15)
    var named: [String: String] = [:]
    for cells in try Self.section("## Faults", of: document).compactMap(Self.tableCells)
    where cells[0].hasPrefix("`") {
      named[cells[0].filter { $0 != "`" }] = cells[1]
    }
    #expect(named == faults)
  }

  @Test func `PROTOCOL.md names every reason and every fact of an error`() throws {
    var known: Set<String> = []
    for file in ["ErrorReason", "ExplainedError"] {
      for line in try SourceTree.file("Sources/MusterCore/Errors/\(file).swift").lines {
        let words = line.split { " \"=".contains($0) }
        guard words.first == "case", words.count > 1, !words[1].hasPrefix(".") else { continue }
        known.insert(String(words.last ?? ""))
      }
    }
    #expect(known.count >= 40)
    let cells = try Self.section("## Errors for programs", of: "proto/PROTOCOL.md")
      .compactMap(Self.tableCells).filter { $0[0].hasPrefix("`") }
    let named = cells.map { $0[0].filter { $0 != "`" } }
    #expect(Set(named) == known && named.count == known.count)
  }

  /// The bounds that a file declares, with their defaults.
  ///
  /// - Parameter access: The word that their declarations begin with; nil for none.
  private static func bounds(
    in path: String, after access: Substring? = nil
  ) throws -> [String: Int] {
    var limits: [String: Int] = [:]
    for line in try SourceTree.file(path).lines {
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(where: { $0 == "var" || $0 == "let" }),
        let equals = words.firstIndex(of: "="), words.first == access ?? words[place]
      else { continue }
      let factors = words[(equals + 1)...].filter { $0 != "*" }
      let numbers = factors.compactMap { factor in Int(factor.filter { $0 != "_" }) }
      limits[String(words[place + 1].filter { $0 != ":" })] = numbers.reduce(1, *)
    }
    return limits
  }

  /// The codes of FaultCode.swift, with their texts.
  private static func faults() throws -> [String: String] {
    var codes: [String: String] = [:]
    var texts: [String: String] = [:]
    for line in try SourceTree.file("Sources/MusterCore/Rows/FaultCode.swift").lines {
      let quoted = line.split(separator: "\"", omittingEmptySubsequences: false)
      let words = line.split(separator: " ")
      guard quoted.count == 3, words.count > 2, words[0] == "case" else { continue }
      if words[1].hasPrefix(".") {
        texts[String(words[1].dropFirst().dropLast())] = String(quoted[1])
      } else {
        codes[String(words[1])] = String(quoted[1])
      }
    }
    return Dictionary(
      uniqueKeysWithValues: codes.map { ($0.value, texts[$0.key] ?? "no text") })
  }

  /// The lines of a document from a heading to the next one of its rank.
  private static func section(
    _ heading: Substring, of document: String
  ) throws -> ArraySlice<Substring> {
    let lines = try SourceTree.file(document).lines
    let start = try #require(lines.firstIndex(of: heading), "\(document) has no \(heading)")
    let rest = lines[(start + 1)...]
    return rest[..<(rest.firstIndex { $0.hasPrefix("## ") } ?? rest.endIndex)]
  }

  /// The cells of a line of a table with at least two columns.
  private static func tableCells(_ line: Substring) -> [String]? {
    guard line.hasPrefix("|") else { return nil }
    let cells = line.dropFirst().split(separator: "|").map { cell in
      String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    return cells.count > 1 ? cells : nil
  }
}
