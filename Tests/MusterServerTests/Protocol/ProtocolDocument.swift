import Foundation
import GRPCCore
import Testing

/// What proto/PROTOCOL.md says of every violation.
enum ProtocolDocument {
  /// A line of one of its tables.
  struct Violation: Sendable, CustomTestStringConvertible {
    /// What the peer does wrong, as the document puts it.
    var what: String
    /// The statuses that may answer it; empty if it is answered with OK.
    var codes: [RPCError.Code]
    /// The message, with "…" for what may be anything; more about it may follow.
    var message: String

    var testDescription: String { what }
  }

  private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized

  /// Whether a file of tests is there, named as TARGET/FILE.
  static func hasTestFile(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: "Tests/\(name).swift").path())
  }

  /// All violations, from "Every violation, and the answer" to the next heading of its rank.
  static func violations() throws -> [Violation] {
    try tableLines(of: "## Every violation, and the answer").compactMap { cells in
      guard cells.count == 3, cells[0] != "what", cells[0] != "---" else { return nil }
      let codes = cells[1].split(separator: ",").compactMap { code(String($0)) }
      return Violation(what: cells[0], codes: codes, message: cells[2])
    }
  }

  /// The status of each reason, from "Errors for programs".
  static func reasons() throws -> [String: RPCError.Code] {
    try reasonCells().compactMapValues { code($0[0]) }
  }

  /// How long to wait after each reason, in words; nothing where waiting does not help.
  static func retriedReasons() throws -> [String: String] { try reasonCells().mapValues { $0[1] } }

  /// The scopes that are needed for each method, from "Who may call what", in words.
  static func scopes() throws -> [String: String] {
    let lines = try tableLines(of: "## Who may call what").filter { $0[0].hasPrefix("`") }
    return Dictionary(uniqueKeysWithValues: lines.map { ($0[0].filter { $0 != "`" }, $0[1]) })
  }

  private static func reasonCells() throws -> [String: [String]] {
    let lines = try tableLines(of: "## Errors for programs").filter {
      $0.count == 4 && $0[0].hasPrefix("`")
    }
    return Dictionary(
      uniqueKeysWithValues: lines.map { ($0[0].filter { $0 != "`" }, Array($0[1...])) })
  }

  /// The cells of each line of the tables from a heading to the next one of its rank.
  private static func tableLines(of heading: Substring) throws -> [[String]] {
    let file = root.appending(path: "proto/PROTOCOL.md")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    guard let start = lines.firstIndex(of: heading) else { return [] }
    let section = lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }
    return section.filter { $0.hasPrefix("|") }.map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  private static func code(_ cell: String) -> RPCError.Code? {
    let name = cell.filter { $0.isLetter || $0 == "_" }
    if name == "INTERNAL" { return .internalError }
    return RPCError.Code.all.first { "\($0)" == camelCase(name) }
  }

  private static func camelCase(_ name: String) -> String {
    let words = name.lowercased().split(separator: "_")
    return words.prefix(1).joined() + words.dropFirst().map(\.capitalized).joined()
  }

  /// Whether a message is the documented one.
  static func isSame(_ message: String, as documented: String) -> Bool {
    var rest = Substring(message)
    let pieces = documented.split(separator: "…", omittingEmptySubsequences: false)
    for (place, piece) in pieces.dropLast().enumerated() {
      guard let found = rest.range(of: piece.filter { $0 != "`" }) else {
        return piece.isEmpty && place == 0
      }
      if place == 0 && found.lowerBound != rest.startIndex { return false }
      rest = rest[found.upperBound...]
    }
    let last = (pieces.last ?? "").filter { $0 != "`" }
    if pieces.count == 1 { return last.hasPrefix(rest) && !rest.isEmpty }
    // Anything may stand for the last "…"; what follows it ends the message.
    return last.isEmpty || last.indices.contains { rest.hasSuffix(last[...$0]) && last[$0] == "." }
  }
}

extension RPCError.Code {
  /// Every status but OK.
  static let all: [RPCError.Code] = [
    .cancelled, .unknown, .invalidArgument, .deadlineExceeded, .notFound, .alreadyExists,
    .permissionDenied, .resourceExhausted, .failedPrecondition, .aborted, .outOfRange,
    .unimplemented, .internalError, .unavailable, .dataLoss, .unauthenticated,
  ]
}
