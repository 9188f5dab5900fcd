internal import ArgumentParser
internal import MusterClient

/// What a workspace has by slugs, and members use: a role, a label, a form.
protocol CatalogueEntry {
  /// What people call one.
  static var kind: String { get }
  /// What its rename command does, in a sentence.
  static var renaming: String { get }
  /// What its delete command does, in a sentence.
  static var deleting: String { get }

  /// - Returns: The members that were written anew; nil where none is.
  static func rename(
    _ slug: String, to newSlug: String, in workspace: String, _ client: MusterClient
  ) async throws -> UInt64?

  static func delete(_ slug: String, in workspace: String, _ client: MusterClient) async throws
}

/// `rename` of one kind of entry.
struct RenameEntry<Entry: CatalogueEntry>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "rename", abstract: Entry.renaming)
  }

  @Argument(help: "Its slug.")
  var slug: String

  @Argument(help: "Its new slug: a-z, 0-9, _ and -.")
  var newSlug: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let count = try await connection.withClient { client in
      try await Entry.rename(slug, to: newSlug, in: connection.workspaceName, client)
    }
    try EntryChanges.printRenamed(output, Entry.kind, slug, to: newSlug, members: count)
  }
}

/// `delete` of one kind of entry.
struct DeleteEntry<Entry: CatalogueEntry>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "delete", abstract: Entry.deleting)
  }

  @Argument(help: "Its slug.")
  var slug: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await connection.withClient { client in
      try await Entry.delete(slug, in: connection.workspaceName, client)
    }
    try EntryChanges.printDeleted(output, Entry.kind, slug)
  }
}
