internal import ArgumentParser
internal import MusterClient
internal import MusterCore

extension FormCommand {
  struct AddField: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add-field", abstract: "Adds fields to a form, behind the others.",
      discussion: """
        A field is NAME:TYPE as in form create. A required one (NAME!:TYPE) is refused while \
        members have values of the form.
        """)

    @Argument(help: "The form's slug.")
    var slug: String

    @Argument(
      help: ArgumentHelp(
        "The fields, one after the other. \(FieldArgument.help)", valueName: "name:type"))
    var fields: [FieldArgument]

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let workspace = connection.workspaceName
      let form = try await connection.withClient { client in
        var form = Form(slug: slug, fields: [])
        for field in fields {
          form = try await client.addFormField(
            AddFormFieldRequest(workspace: workspace, form: slug, field: field.field))
        }
        return form
      }
      try FormCommand.print(output, form)
    }
  }

  struct ChangeField: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "change-field",
      abstract: "Makes a field required or not, and changes its choices.",
      discussion: """
        The field is given as it is to be, NAME:TYPE with its name and type, and for a choice with \
        all its choices. What members have must still suit it.

        muster form change-field patient 'blood_type!:choice=A+|B+|O+|O-'
        """)

    @Argument(help: "The form's slug.")
    var slug: String

    @Argument(
      help: ArgumentHelp(
        "The field as it is to be. \(FieldArgument.help)", valueName: "name:type"))
    var field: FieldArgument

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = UpdateFormFieldRequest(
        workspace: connection.workspaceName, form: slug, field: field.field)
      let form = try await connection.withClient { client in
        try await client.updateFormField(request)
      }
      try FormCommand.print(output, form)
    }
  }

  struct RenameField: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rename-field",
      abstract: "Gives a field another slug, in all members that have a value of it.")

    @Argument(help: "The form's slug.")
    var slug: String

    @Argument(help: "The field's slug.")
    var field: String

    @Argument(help: "The field's new slug: a-z, 0-9, _ and -.")
    var newField: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = RenameFormFieldRequest(
        workspace: connection.workspaceName, form: slug, slug: field, newSlug: newField)
      let changed = try await connection.withClient { client in
        try await client.renameFormField(request)
      }
      try EntryChanges.printRenamed(
        output, "field", "form.\(slug).\(field)", to: "form.\(slug).\(newField)",
        members: changed.memberCount)
    }
  }

  struct DeleteField: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete-field", abstract: "Deletes a field that no member has a value of.")

    @Argument(help: "The form's slug.")
    var slug: String

    @Argument(help: "The field's slug.")
    var field: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = DeleteFormFieldRequest(
        workspace: connection.workspaceName, form: slug, slug: field)
      let form = try await connection.withClient { client in
        try await client.deleteFormField(request)
      }
      try FormCommand.print(output, form)
    }
  }

  /// Says what columns a form has.
  static func print(_ output: OutputOptions, _ form: Form) throws {
    let columns = form.fields.map { "form.\(form.slug).\($0.slug)" }.joined(separator: ", ")
    try Listing.print(
      output.format, "Form \(form.slug) has the columns \(columns).", object(form))
  }
}
