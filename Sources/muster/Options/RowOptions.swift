internal import ArgumentParser
internal import MusterClient

/// How a row becomes a member, for an import, its preview and a signup.
struct RowOptions: ParsableArguments {
  @Option(help: "The role of new members, by slug or id.")
  var role = "user"

  @Option(help: "What a cell of labels does: add to a member's labels, or replace them.")
  var labels = LabelsOption.add

  @Flag(
    help: """
      Trim cells, strip spaces, dashes, dots and brackets from phones, and take off the ' that \
      export --spreadsheet-safe puts before formulas.
      """)
  var normalize = false

  @Option(help: ArgumentHelp("A cell equal to it clears its field.", valueName: "text"))
  var clearToken: String?

  @Flag(help: "Reject a row that would change an identifier already set.")
  var strictIdentity = false

  @Flag(help: "Ignore columns that nobody knows, instead of refusing them.")
  var ignoreUnknownColumns = false

  func validate() throws {
    guard !role.isEmpty else {
      throw ValidationError("--role needs a role, by slug or id; muster role list shows them.")
    }
    guard clearToken?.isEmpty != true else {
      throw ValidationError("--clear-token needs a text; a blank cell never clears anything.")
    }
  }

  /// What goes to the daemon.
  var options: ImportOptions {
    var options = ImportOptions()
    options.role = role
    options.labels = labels == .replace ? .replace : .add
    options.normalizes = normalize
    options.clearToken = clearToken.map { Array($0.utf8) }
    options.strictIdentity = strictIdentity
    options.ignoresUnknownColumns = ignoreUnknownColumns
    return options
  }
}

/// The values of `--labels`.
enum LabelsOption: String, ExpressibleByArgument, CaseIterable {
  case add, replace
}
