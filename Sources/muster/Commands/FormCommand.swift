internal import ArgumentParser
internal import MusterClient
internal import MusterCore

/// `muster form`.
struct FormCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "form", abstract: "Makes, lists, changes and deletes forms.",
    subcommands: [
      Create.self, List.self, RenameEntry<Self>.self, DeleteEntry<Self>.self, AddField.self,
      ChangeField.self, RenameField.self, DeleteField.self,
    ])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a form with its fields.",
      discussion: """
        A field is NAME:TYPE, where TYPE is text, number, boolean, date, email or choice=a|b|c; \
        NAME!:TYPE is a required field. Its column in an import is form.FORM.NAME.

        muster form create patient --field 'id!:text' 'blood_type:choice=A+|B+|O+'
        """)

    @Argument(help: "Its slug: a-z, 0-9, _ and -.")
    var slug: String

    @Option(
      name: .customLong("field"), parsing: .upToNextOption,
      help: ArgumentHelp("The form's fields. \(FieldArgument.help)", valueName: "name:type"))
    var fields: [FieldArgument]

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = CreateFormRequest(
        workspace: connection.workspaceName,
        form: Form(slug: slug, fields: fields.map(\.field)))
      let form = try await connection.withClient { client in
        try await client.createForm(request)
      }
      let columns = form.fields.map { "form.\(form.slug).\($0.slug)" }.joined(separator: ", ")
      try Listing.print(
        output.format, "Form \(form.slug) has the columns \(columns).", FormCommand.object(form))
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists all forms and their fields.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = ListFormsRequest(workspace: connection.workspaceName)
      let forms = try await connection.withClient { client in
        try await client.listForms(request)
      }
      var listing = Listing(output.format, header: ["FORM", "FIELDS"])
      for form in forms {
        let fields = form.fields.map { "\($0.slug)\($0.isRequired ? "!" : ""):\($0.type.argument)" }
        try listing.add([form.slug, fields.joined(separator: " ")], FormCommand.object(form))
      }
      try listing.finish()
    }
  }

  static func object(_ form: Form) -> JSONObject {
    var object = JSONObject()
    object.add("slug", form.slug)
    object.add(
      "fields",
      form.fields.map { field in
        var object = JSONObject()
        object.add("slug", field.slug)
        object.add("type", field.type.name)
        object.add("required", field.isRequired)
        if case .choice(let choices) = field.type { object.add("choices", choices) }
        return object
      })
    return object
  }
}
