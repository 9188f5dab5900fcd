internal import ArgumentParser
internal import MusterClient

/// Which member: exactly one of its names.
struct MemberKeyOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The member's number.", valueName: "number"))
  var id: UInt64?

  @Option(help: ArgumentHelp("Its email; the case of ASCII letters does not matter."))
  var email: String?

  @Option(help: ArgumentHelp("Its phone, such as +15555550123."))
  var phone: String?

  @Option(help: ArgumentHelp("Your own id for the person.", valueName: "id"))
  var externalId: String?

  func validate() throws {
    guard keys.count == 1 else {
      throw ValidationError(
        "Name one member, by exactly one of --email, --phone, --external-id and --id.")
    }
    let texts = [email, phone, externalId].compactMap(\.self)
    guard !texts.contains("") else { throw ValidationError("The member's name is empty.") }
  }

  /// The name that was given.
  var key: MemberKey { keys.first ?? .id(0) }

  private var keys: [MemberKey] {
    [
      id.map { .id($0) }, email.map { .email($0) }, phone.map { .phone($0) },
      externalId.map { .externalID($0) },
    ].compactMap(\.self)
  }
}
