internal import Testing

/// What holds for every source file.
@Suite struct SourceTests {
  static let linesMax = 400
  static let columnsMax = 100

  @Test func `no Swift file has more than 400 lines`() throws {
    let long = try SourceTree.swiftFiles().filter { $0.lines.count - 1 > Self.linesMax }
    #expect(long.map(\.path) == [])
  }

  @Test func `no line has more than 100 columns`() throws {
    let long = SourceTree.places(in: try SourceTree.swiftFiles()) { $0.count > Self.columnsMax }
    #expect(long == [])
  }

  @Test func `every import of Sources states an access level`() throws {
    let levels = ["public", "package", "internal", "private", "fileprivate"]
    let bare = SourceTree.places(in: try SourceTree.sources()) { line in
      guard let words = Self.importWords(line) else { return false }
      return !words.contains { levels.contains(String($0)) }
    }
    #expect(bare == [])
  }

  @Test(arguments: ["try!", "as!", "fatalError(", "TODO", "FIXME"])
  func `no file of Sources has a`(_ forbidden: String) throws {
    let places = SourceTree.places(in: try SourceTree.sources()) { $0.contains(forbidden) }
    #expect(places == [])
  }

  @Test(arguments: [
    ("CProtobufC", ["MusterWire"]), ("CMusterProto", ["MusterWire"]),
    ("CSQLite", ["MusterStore", "Benchmarks"]), ("CPageChecksums", ["MusterStore"]),
  ])
  func `a C module is imported by its target alone`(_ module: String, _ owners: [String]) throws {
    let strangers = try SourceTree.sources().filter { file in
      !owners.contains(String(file.target)) && Self.modules(file).contains(Substring(module))
    }
    #expect(strangers.map(\.path) == [])
  }

  @Test func `MusterCore imports nothing but the standard library`() throws {
    let library: Set<Substring> = ["Swift", "Synchronization"]
    let core = try SourceTree.sources().filter { $0.target == "MusterCore" }
    #expect(core.count > 0)
    #expect(core.filter { !Self.modules($0).isSubset(of: library) }.map(\.path) == [])
  }

  @Test func `the store and the wire never see each other`() throws {
    for (target, other) in [("MusterStore", "MusterWire"), ("MusterWire", "MusterStore")] {
      let files = try SourceTree.sources().filter { $0.target == target }
      let seeing = files.filter { Self.modules($0).contains(Substring(other)) }
      #expect(seeing.map(\.path) == [])
    }
  }

  /// What makes a file by its name.
  private static let filesByName = [
    "mkstemp(", "fopen(", "creat(", "O_CREAT", "O_TRUNC", "mkdtemp(",
  ]

  @Test func `files are made by MusterFiles alone`() throws {
    let others = try SourceTree.sources().filter {
      !["MusterFiles", "Benchmarks", "MusterBenchmarks"].contains($0.target)
    }
    let places = SourceTree.places(in: others) { line in
      Self.filesByName.contains { line.contains($0) }
    }
    #expect(places == [])
  }

  @Test func `the command prints through the types that escape values alone`() throws {
    let own = ["Sources/muster/Output/", "Sources/muster/Rejects/RejectsFile.swift"]
    let others = try SourceTree.sources().filter { file in
      file.target == "muster" && !own.contains { file.path.hasPrefix($0) }
    }
    let printing = [
      "sink.bytes +=", "print(\"", "fputs(", "FileHandle", "Glibc.write(", "exit(withError:",
    ]
    // Rows in a file of the command's own are for no terminal; the one call of write(2) is.
    let allowed = [
      "Sources/muster/Rejects/FaultSpill.swift", "Sources/muster/Diagnostics.swift",
    ]
    let places = SourceTree.places(in: others.filter { !allowed.contains($0.path) }) { line in
      printing.contains { line.contains($0) }
    }
    #expect(places == [])
  }

  /// The words of a line up to its module's name; nil if the line is no import.
  private static func importWords(_ line: Substring) -> [Substring]? {
    let words = line.split(separator: " ")
    guard let place = words.firstIndex(of: "import"), words.count > place + 1 else { return nil }
    let before = words[..<place]
    let isImport = before.allSatisfy { word in
      word.hasPrefix("@")
        || ["public", "package", "internal", "private", "fileprivate"].contains(String(word))
    }
    return isImport ? Array(words[...(place + 1)]) : nil
  }

  private static func modules(_ file: SourceTree.File) -> Set<Substring> {
    Set(file.lines.compactMap { importWords($0)?.last })
  }
}
