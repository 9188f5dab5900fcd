internal import MusterCore

/// Changes of what the tables have; ``MusterCore/Catalogue/step(_:)`` has judged them.
extension CatalogueTables {
  func apply(_ change: CatalogueChange, now: Int64) throws(StoreError) {
    switch change {
    case .renameRole(let slug, let new): try rename("role", slug, new)
    case .deleteRole(let slug): try delete("role", slug)
    case .renameLabel(let slug, let new): try rename("label", slug, new)
    case .deleteLabel(let slug): try delete("label", slug)
    case .renameForm(let slug, let new): try rename("form", slug, new)
    case .deleteForm(let slug):
      try run(
        "DELETE FROM form_field WHERE form_id = (SELECT id FROM form WHERE slug = ?1)", slug)
      try delete("form", slug)
    case .addField(let field, let form):
      let place = try connection.prepare(
        """
        SELECT form.id, max(place) + 1 FROM form JOIN form_field ON form_id = form.id
        WHERE form.slug = ?1
        """)
      place.bind(1, form)
      guard try place.step() else { return }
      defer { place.reset() }
      try add([field], to: place.integer(0), from: place.integer(1))
    case .renameField(let slug, let form, let new):
      try run("UPDATE form_field SET slug = ?3 WHERE slug = ?2 AND \(Self.ofForm)", form, slug, new)
    case .deleteField(let slug, let form):
      try run("DELETE FROM form_field WHERE slug = ?2 AND \(Self.ofForm)", form, slug)
    case .changeField(let field, let form):
      try run(
        """
        UPDATE form_field SET choices = ?3, required = \(field.isRequired ? 1 : 0)
        WHERE slug = ?2 AND \(Self.ofForm)
        """, form, field.slug, field.type.storedChoices)
    }
  }

  private static let ofForm = "form_id = (SELECT id FROM form WHERE form.slug = ?1)"

  private func rename(_ table: String, _ slug: String, _ new: String) throws(StoreError) {
    try run("UPDATE \(table) SET slug = ?2 WHERE slug = ?1", slug, new)
  }

  private func delete(_ table: String, _ slug: String) throws(StoreError) {
    try run("DELETE FROM \(table) WHERE slug = ?1", slug)
  }

  private func run(_ sql: String, _ texts: String?...) throws(StoreError) {
    let statement = try connection.prepare(sql)
    for (place, text) in texts.enumerated() { statement.bind(Int32(place + 1), text) }
    try statement.run()
  }
}
