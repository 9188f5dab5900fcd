internal import MusterClient
internal import MusterCore

/// What commands that rename and delete print.
enum EntryChanges {
  /// A rename that is done: the new name, and the members that were written anew.
  static func printRenamed(
    _ output: OutputOptions, _ kind: String, _ slug: String, to newSlug: String,
    members: UInt64? = nil
  ) throws {
    var object = JSONObject()
    object.add("slug", newSlug)
    object.add("renamed_from", slug)
    var sentence: TerminalText = "The \(kind) \(slug) is called \(newSlug) now"
    if let members {
      object.add("members", members)
      sentence += ", in \(NumberText.count(members, "member"))"
    }
    try Listing.print(output.format, "\(sentence).", object)
  }

  /// Something that is deleted.
  static func printDeleted(_ output: OutputOptions, _ kind: String, _ slug: String) throws {
    var object = JSONObject()
    object.add("slug", slug)
    object.add("deleted", true)
    try Listing.print(output.format, "The \(kind) \(slug) is deleted.", object)
  }
}
