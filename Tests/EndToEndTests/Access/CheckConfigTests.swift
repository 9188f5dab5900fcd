import Foundation
import MusterTestSupport
import Testing

/// `musterd --check-config` says what a start would.
@Suite(.timeLimit(.minutes(2))) struct CheckConfigTests {
  private func check(_ text: String) async throws -> (CommandResult, path: String) {
    try await withTemporaryDirectory { directory in
      let installation = Installation(directory: directory)
      let path = try installation.write("m.json", text)
      let process = try RunningProcess(Binaries.musterd, ["--check-config", path])
      return (await installation.result(process), path)
    }
  }

  @Test func `a file that can be used is told in one line`() async throws {
    let (result, path) = try await check(
      #"{"limits": {"cellBytes": 9}, "access": {"policy": [{"user": "root", "workspaces": ["*"], "#
        + #""scopes": ["members:read"]}]}}"#)
    #expect(result.exitCode == 0)
    #expect(result.output == "The configuration \(path) can be used: 1 rule.\n")
  }

  @Test(arguments: [
    ("{\"limits\":\n  {\"cellBytes\": 9,}}", "is not JSON: line 2, column 19: a key in double"),
    ("{\"limits\": {\"cellByte\": 9}}", "there is no limit \"cellByte\""),
    ("{\"limits\": {\"cellBytes\": \"9\"}}", "limits.cellBytes"),
    ("{\"limit\": {}}", "there is no group \"limit\""),
    ("{\"limits\": {}, \"limits\": {}}", "line 1, column 16: this key is there already"),
    (
      #"{"access": {"policy": [{"user": "nobody-here", "workspaces": ["*"], "scopes": []}]}}"#,
      "access.policy[0]"
    ),
    ("", "line 1, column 1"),
  ])
  func `a file that cannot be used is told with the place`(
    _ text: String, _ reason: String
  ) async throws {
    let (result, path) = try await check(text)
    #expect(result.exitCode == 1 && result.output == "", "\(result)")
    #expect(result.errors.contains(path) && result.errors.contains(reason), "\(result.errors)")
    #expect(!result.errors.contains("Usage"), "\(result.errors)")
  }

  @Test func `a file that is not there is told`() async throws {
    let process = try RunningProcess(Binaries.musterd, ["--check-config", "/none/m.json"])
    #expect(await process.exitCode() == 1)
    #expect(await process.errors.text().contains("The configuration /none/m.json cannot be read"))
  }
}
