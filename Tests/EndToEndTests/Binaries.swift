import Foundation
import MusterTestSupport

/// The built programs, beside the test bundle or in `MUSTER_BIN_DIR`.
enum Binaries {
  static let muster = directory + "/muster"
  static let musterd = directory + "/musterd"

  private static let directory: String = {
    for candidate in candidates where isBinDirectory(candidate) { return candidate }
    return "/nowhere: set MUSTER_BIN_DIR"
  }()

  private static var candidates: [String] {
    let environment = ProcessInfo.processInfo.environment["MUSTER_BIN_DIR"].map { [$0] } ?? []
    // swift test names the bundle in an argument of its helper, or runs the bundle itself.
    let beside = CommandLine.arguments.map { ($0 as NSString).deletingLastPathComponent }
    return environment + beside + [package + "/.build/debug"]
  }

  private static func isBinDirectory(_ path: String) -> Bool {
    ["muster", "musterd"].allSatisfy {
      FileManager.default.isExecutableFile(atPath: "\(path)/\($0)")
    }
  }

  private static let package = (#filePath as NSString).deletingLastPathComponent + "/../.."

  /// A file of `Fixtures`.
  static func fixture(_ name: String) -> String {
    (#filePath as NSString).deletingLastPathComponent + "/Fixtures/" + name
  }

  /// A program that comes with the system; nil if it is not installed.
  static func system(_ name: String) -> String? {
    ["/usr/bin", "/bin", "/usr/local/bin"].map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
