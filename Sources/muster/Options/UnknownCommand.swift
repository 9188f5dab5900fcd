internal import ArgumentParser
internal import MusterCore

/// A word in a command's place that is none.
enum UnknownCommand {
  /// Ends the program with what is wrong, unless a command stands there, an option, or nothing.
  static func refuse(_ arguments: [String], to root: any ParsableCommand.Type) {
    var command = root
    var path = root._commandName
    for word in arguments {
      let known = command.configuration.subcommands
      guard !known.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
      guard let next = known.first(where: { $0._commandName == word }) else {
        let names = known.map { $0._commandName }
        let nearest = Nearest.match(word, among: names).map { "did you mean \($0)?" }
        let choice = nearest ?? "there are " + names.joined(separator: ", ") + "."
        ParserMessage.exit(
          root, with: ValidationError("\(path) has no command \(word); \(choice)"))
      }
      command = next
      path += " " + word
    }
  }
}
