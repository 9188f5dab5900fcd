internal import ArgumentParser
internal import MusterClient
internal import MusterCore

/// `muster signup`.
struct SignupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signup",
    abstract: "Creates or updates one member, with its form data.",
    discussion: """
      muster signup email=dana@example.org name='Dana Müller' notify_email=true

      The columns are those of an import, and so is what happens: the member that the identifiers \
      match is updated, else one is made; what is not given stays as it is. Said again, it changes \
      nothing.

      Exit codes: 0 the member is stored, 2 rules were broken and nothing was changed, 1 failed, \
      64 a usage error.
      """)

  @Argument(
    help: ArgumentHelp("Values, each as the cell of an import.", valueName: "column=value"))
  var values: [SignupArgument] = []

  @Option(help: ArgumentHelp("The same as email=VALUE.", valueName: "value"))
  var email: String?

  @Option(help: ArgumentHelp("The same as phone=VALUE.", valueName: "value"))
  var phone: String?

  @Option(help: ArgumentHelp("The same as external_id=VALUE.", valueName: "value"))
  var externalId: String?

  @Option(help: ArgumentHelp("The same as name=VALUE.", valueName: "value"))
  var name: String?

  @OptionGroup var rows: RowOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard !cells.isEmpty else {
      throw ValidationError("Nothing to sign up; give values such as email=dana@example.org.")
    }
  }

  func run() async throws {
    let request = CreateSignupRequest(
      workspace: connection.workspaceName, values: cells, options: rows.options)
    let outcome = try await connection.withClient { client in
      try await client.createSignup(request)
    }
    switch outcome {
    case .accepted(let member, let isCreated, let isChanged):
      try report(member, isCreated: isCreated, isChanged: isChanged)
    case .rejected(let faults):
      try report(faults)
      throw ExitCode(2)
    }
  }

  private var cells: [CreateSignupRequest.Value] {
    let named = [
      ("email", email), ("phone", phone), ("external_id", externalId), ("name", name),
    ]
    return named.compactMap { column, value in
      value.map { SignupArgument(column: column, cell: $0).value }
    } + values.map(\.value)
  }

  private func report(
    _ member: MemberSnapshot, isCreated: Bool, isChanged: Bool
  ) throws {
    let word = isCreated ? "created" : isChanged ? "updated" : "unchanged"
    var sink = ByteSink.standardOutput()
    switch output.format {
    case .text:
      sink.append("Member \(member.id) \(word).")
      sink.append(Table(member))
    case .ndjson:
      var object = JSONObject()
      object.add("type", "signup")
      object.add("outcome", word)
      object.add("created", isCreated)
      object.add("member", JSONObject(member))
      sink.append(object)
    }
    try sink.flush()
  }

  private func report(_ faults: [RowFault]) throws {
    let listing = SharedListing(Listing(output.format, header: ["COLUMN", "FAULT", "HINT"]))
    for fault in faults { try listing.add(fault, withRow: false) }
    try listing.finish()
    if output.format == .text {
      Diagnostics.note("Nothing was changed; correct the values and sign up again.")
    }
  }
}
