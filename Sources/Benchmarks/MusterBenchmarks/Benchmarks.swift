internal import ArgumentParser

/// Measures the parts that decide Muster's speed, each beside a floor in plain C calls of SQLite.
@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "MusterBenchmarks",
    abstract: "Measures how members are kept, in CPU time a row.",
    discussion: """
      record: plain rows, rows with UNIQUE indexes, and packed rows, through SQLite's C API alone.
      store: the same members through the checks and the store, new, unchanged and changed.
      """)

  @Argument(help: "What to measure: record, store or all.")
  var what = "all"

  @Option(help: "Members.")
  var members = 300_000

  @Option(help: "Rounds; medians are printed.")
  var rounds = 3

  @Option(help: "A directory for the databases.")
  var directory = "/tmp"

  func run() throws {
    if what != "store" { try RecordBenchmark(members: members, directory: directory).run(rounds) }
    if what != "record" { try StoreBenchmark(members: members, directory: directory).run(rounds) }
  }
}
