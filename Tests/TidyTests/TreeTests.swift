internal import Testing

/// What holds for the tree as a whole.
@Suite struct TreeTests {
  @Test func `the project's directory holds nothing unexpected`() throws {
    let strangers = Set(try SourceTree.topLevelNames()).subtracting(SourceTree.topLevel)
    #expect(
      strangers == [],
      """
      Files with meaningless names come from compilers of two users that share a TMPDIR; delete \
      them, and build with scripts/test.sh, which has one of its own.
      """)
  }

  @Test func `no file names a path of the machine that it was written on`() throws {
    let endings = [
      ".swift", ".c", ".go", ".h", ".md", ".modulemap", ".proto", ".py", ".sh", ".sql", ".txt",
      ".csv",
    ]
    var files = try [file("README.md"), file(".ci/run"), SourceTree.file("Package.swift")]
    for folder in ["Sources", "Tests", "proto", "scripts"] {
      files += try SourceTree.files(under: folder, endings: endings)
    }
    // In two halves, so that this file is no find of its own.
    let paths = ["/wo" + "rk/", "/tmp/" + "h-", "/opt/" + "swift", "/ro" + "ot/"]
    let places = SourceTree.places(in: files) { line in paths.contains { line.contains($0) } }
    #expect(places == [])
  }

  @Test func `every script is strict, explains itself and can be run`() throws {
    for script in try SourceTree.files(under: "scripts", endings: [".sh"]) {
      #expect(script.lines.contains("set -euo pipefail"), "\(script.path)")
      // The one that the others source.
      if script.path == "scripts/lib.sh" { continue }
      #expect(script.text.contains("Usage: \(script.path)"), "\(script.path)")
      #expect(script.text.contains("--help"), "\(script.path)")
      #expect(SourceTree.isExecutable(script.path), "\(script.path)")
    }
  }

  private func file(_ path: String) throws -> SourceTree.File { try SourceTree.file(path) }
}
