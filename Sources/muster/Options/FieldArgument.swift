internal import ArgumentParser
internal import MusterClient

/// A form field as `NAME:TYPE`, with `!` behind the name or the type for a required one.
struct FieldArgument: ExpressibleByArgument {
  /// How one is written; a wrong one is answered with it.
  static let help =
    "TYPE is text, number, boolean, date, email or choice=A|B; NAME!:TYPE is required."

  var field: FormField

  init?(argument: String) {
    guard let colon = argument.firstIndex(of: ":") else { return nil }
    var name = argument[..<colon]
    var type = argument[argument.index(after: colon)...]
    var isRequired = false
    if name.hasSuffix("!") {
      name.removeLast()
      isRequired = true
    }
    if type.hasSuffix("!") {
      type.removeLast()
      isRequired = true
    }
    guard !name.isEmpty, let known = FormFieldType(argument: type) else { return nil }
    field = FormField(slug: String(name), type: known, isRequired: isRequired)
  }
}

extension FormFieldType {
  /// The type that a word of the command line means.
  init?(argument: Substring) {
    switch argument {
    case "text": self = .text
    case "number": self = .number
    case "boolean": self = .boolean
    case "date": self = .date
    case "email": self = .email
    default:
      guard argument.hasPrefix("choice=") else { return nil }
      let choices = argument.dropFirst("choice=".count).split(
        separator: "|", omittingEmptySubsequences: false)
      guard choices.allSatisfy({ !$0.isEmpty }) else { return nil }
      self = .choice(choices.map(String.init))
    }
  }

  /// The type as the command line writes it.
  var argument: String {
    switch self {
    case .text: "text"
    case .number: "number"
    case .boolean: "boolean"
    case .date: "date"
    case .email: "email"
    case .choice(let choices): "choice=" + choices.joined(separator: "|")
    }
  }

  /// The type's name alone.
  var name: String {
    if case .choice = self { return "choice" }
    return argument
  }
}
