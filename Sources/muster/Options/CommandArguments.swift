/// The words of the command line.
enum CommandArguments {
  /// Commands that have commands of their own.
  private static let groups: Set<String> = [
    "label", "role", "form", "workspace", "imports", "member",
  ]
  private static let connectionOptions: Set<String> = ["--socket", "--workspace"]

  /// The arguments without the program's name, the connection's options behind the command.
  ///
  /// `muster --socket S label list` and `muster label list --socket S` mean the same; an option
  /// that stands behind the command wins.
  static func leading(_ arguments: [String]) -> [String] {
    var rest = arguments.dropFirst()
    var options: [String] = []
    while let word = rest.first {
      if connectionOptions.contains(word), rest.count > 1 {
        options += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else if connectionOptions.contains(where: { word.hasPrefix($0 + "=") }) {
        options.append(word)
        rest = rest.dropFirst()
      } else {
        break
      }
    }
    guard let command = rest.first, !command.hasPrefix("-") else { return options + rest }
    let isNested =
      groups.contains(command) && rest.count > 1 && !rest[rest.startIndex + 1].hasPrefix("-")
    let words = isNested ? 2 : 1
    if groups.contains(command) && !isNested { return Array(rest) }
    return rest.prefix(words) + options + rest.dropFirst(words)
  }
}
