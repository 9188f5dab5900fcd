internal import ArgumentParser
internal import MusterCore

/// How long a list may be, and how it comes page by page.
struct ListLimit: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("How many at most; 0 lists all.", valueName: "n"))
  var limit = 100

  /// The most elements; `Int.max` for all.
  var countMax: Int { limit == 0 ? .max : limit }

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("The limit is below 0.") }
  }

  /// Prints a list of pages until its end or the limit, and says so if that cut it.
  ///
  /// - Parameters:
  ///   - page: Asks for the page of a token; the first one's is empty, as is that after the last.
  ///   - row: An element as a table and as JSON have it.
  func print<Element>(
    _ listing: consuming Listing,
    page: (_ token: String) async throws -> (elements: [Element], nextToken: String),
    row: (Element) -> (cells: [String], object: JSONObject)
  ) async throws {
    var left = countMax
    var token = ""
    var hasMore = false
    repeat {
      let (elements, nextToken) = try await page(token)
      for element in elements.prefix(left) {
        let row = row(element)
        try listing.add(row.cells, row.object)
      }
      hasMore = elements.count > left || !nextToken.isEmpty
      left -= min(left, elements.count)
      token = nextToken
    } while left > 0 && !token.isEmpty
    try listing.finish()
    if left == 0 && hasMore {
      Diagnostics.note("--limit \(limit) ended the list; --limit 0 lists all.")
    }
  }
}
