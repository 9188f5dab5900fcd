/// What callers name in words, found in a catalogue.
extension Catalogue {
  /// The role with a slug, or with a number in decimal digits.
  ///
  /// - Throws: `invalidArgument`, with the nearest slug and those that there are.
  public func role(named name: String) throws(StoreError) -> Role {
    if let role = roles.first(where: { $0.slug == name || String($0.id) == name }) { return role }
    let slugs = roles.map(\.slug)
    let nearest = Nearest.match(name, among: slugs).map { "; did you mean \($0)?" } ?? "."
    throw StoreError(
      reason: .unknownRole, field: "role",
      "The role \"\(CatalogueRule.excerpt(name))\" does not exist\(nearest)"
        + " The workspace has: \(slugs.prefix(20).joined(separator: ", ")).")
  }

  /// - Parameter field: Where the request has the slug.
  /// - Throws: `invalidArgument` if there is no such label, with the nearest one.
  func checkLabel(_ slug: String, field: String) throws(StoreError) {
    guard !labels.contains(slug) else { return }
    let nearest = Nearest.match(slug, among: labels).map { "; did you mean \($0)?" } ?? "."
    throw StoreError(
      reason: .unknownLabel, field: field,
      "The label \"\(CatalogueRule.excerpt(slug))\" does not exist\(nearest)")
  }
}
