internal import ArgumentParser

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, ndjson
}

/// The option that every command with results has.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "text or ndjson (default: text on a terminal, else ndjson).", valueName: "format"))
  var output: OutputFormat?

  /// What to print: as asked, else text for people and JSON for programs.
  var format: OutputFormat { output ?? (Terminal.isTerminal(1) ? .text : .ndjson) }
}
