import MusterTestSupport
import Testing

/// Each limit, set to little: what is over it is refused or rejected by the setting's name.
@Suite(.timeLimit(.minutes(2))) struct LimitTableTests {
  struct Given: Sendable {
    var setting: String
    var value: Int
    var text: String
    var options: [String] = []
    var isPipe = false
    var exitCode: Int32 = 1
    /// Members that are there afterwards.
    var stored = 0
    /// What is said besides the setting's name.
    var phrase: String
  }

  private static let rows = "external_id\na\nb\nc\n"

  static let all = [
    Given(setting: "rowsPerImport", value: 2, text: rows, phrase: "3 rows"),
    Given(
      setting: "rowsPerImport", value: 2, text: rows, isPipe: true, stored: 2, phrase: "2 rows"),
    Given(setting: "bytesPerImport", value: 17, text: rows, phrase: "18 bytes"),
    Given(
      setting: "bytesPerImport", value: 2, text: rows, isPipe: true, stored: 2, phrase: "2 bytes"),
    Given(
      setting: "cellBytes", value: 3, text: "external_id\nab\nabcd\n", exitCode: 2, stored: 1,
      phrase: "at most 3"),
    Given(
      setting: "rowBytes", value: 3, text: "external_id,name\na,b\nab,cd\n", exitCode: 2, stored: 1,
      phrase: "4 bytes"),
    Given(setting: "columns", value: 2, text: "external_id,name,email\na,,\n", phrase: "at most 2"),
    Given(
      setting: "spooledRows", value: 2, text: rows, options: ["--dry-run"], phrase: "3 rows"),
    Given(
      setting: "spooledRows", value: 2, text: rows, options: ["--all-or-nothing"],
      phrase: "3 rows"),
    Given(
      setting: "spooledBytes", value: 100, text: rows, options: ["--all-or-nothing"],
      phrase: "100 bytes"),
  ]

  @Test(arguments: all.indices)
  func `what is over a limit is refused by its name`(_ place: Int) async throws {
    let given = Self.all[place]
    let config = #"{"limits": {"\#(given.setting)": \#(given.value)}}"#
    try await Installation.with(config: config) { installation, _ in
      let file = given.isPipe ? "-" : try installation.write("m.csv", given.text)
      let command = try installation.start(
        ["import", file] + given.options, input: given.isPipe ? .pipe : .nothing)
      if given.isPipe {
        command.write(given.text)
        command.closeInput()
      }
      let result = await installation.result(command)
      #expect(result.exitCode == given.exitCode, "\(result.errors) \(result.output)")
      let hint = try? result.object("fault")["hint"] as? String
      let said = given.exitCode == 1 ? result.errors : hint ?? "no hint"
      #expect(said.contains(given.setting) && said.contains(given.phrase), "\(said)")
      let members = CSVRecords.parse(try await installation.run("export").output)
      #expect(members.count - 1 == given.stored)
      // What a file declares is refused before it begins; the bytes of a spool show later.
      let isDeclared = !given.isPipe && given.setting != "spooledBytes"
      if given.exitCode == 1, isDeclared {
        #expect(result.output.isEmpty && said.contains("othing was imported"), "\(said)")
        let left = try await installation.run("imports", "list", "--state", "open")
        #expect(left.exitCode == 0 && left.output.isEmpty)
      }
    }
  }
}
