internal import FoundationEssentials
internal import Testing

/// The project's own files, found from this one.
struct SourceTree {
  /// A text file of the tree.
  struct File: Sendable, CustomTestStringConvertible {
    /// Its path from the project's directory.
    var path: String
    var lines: [Substring]

    var testDescription: String { path }
    /// The target that it belongs to: the folder under Sources or Tests.
    var target: Substring { path.split(separator: "/").dropFirst().first ?? "" }
    var text: String { lines.joined(separator: "\n") }
  }

  /// What may lie beside the dot files in the project's directory.
  static let topLevel: Set<String> = [
    "LICENSE", "Package.resolved", "Package.swift", "README.md", "Sources", "Tests", "proto",
    "scripts",
  ]

  /// The project's directory.
  static let root: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/")
  }()

  /// The text of a file, which must be there.
  static func file(_ path: String) throws -> File {
    let bytes = try Data(contentsOf: URL(filePath: "\(root)/\(path)"))
    let text = String(decoding: bytes, as: UTF8.self)
    return File(path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false))
  }

  /// The files under a folder with one of these endings, by path; nothing that a build or a test
  /// left there.
  static func files(under folder: String, endings: [String]) throws -> [File] {
    let found = try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)")
    let paths = found.filter { path in
      endings.contains { path.hasSuffix($0) }
        && !path.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "__pycache__" }
    }
    return try paths.sorted().map { try file("\(folder)/\($0)") }
  }

  /// The Swift files of Sources.
  static func sources() throws -> [File] { try files(under: "Sources", endings: [".swift"]) }

  /// All Swift files.
  static func swiftFiles() throws -> [File] {
    try sources() + files(under: "Tests", endings: [".swift"]) + [file("Package.swift")]
  }

  static func isExecutable(_ path: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: "\(root)/\(path)")
  }

  /// The names in the project's directory that do not begin with a dot.
  static func topLevelNames() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root).filter { !$0.hasPrefix(".") }
  }

  /// The lines for which `isWrong` says so, as `path:number: line`.
  static func places(in files: [File], where isWrong: (Substring) -> Bool) -> [String] {
    files.flatMap { file in
      file.lines.enumerated().filter { isWrong($0.element) }
        .map { "\(file.path):\($0.offset + 1): \($0.element)" }
    }
  }
}
