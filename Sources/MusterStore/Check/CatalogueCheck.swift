internal import MusterCore

/// Checks roles, labels, forms and the counter of members.
struct CatalogueCheck {
  let connection: Connection

  func run(_ report: inout CheckReport) throws(StoreError) {
    for table in ["role", "label", "form"] { try checkSlugs(table, &report) }
    try checkFields(&report)
    let counters = try connection.prepare("SELECT value FROM counter WHERE name = 'last_member'")
    while try counters.step() {
      let isRight = (0...Int64(Limits.membersPerWorkspaceMax)).contains(counters.integer(0))
      if !isRight { report.note(.counter) }
    }
  }

  private func checkSlugs(_ table: String, _ report: inout CheckReport) throws(StoreError) {
    let query = try connection.prepare("SELECT id, slug FROM \(table)")
    while try query.step() {
      if isSlug(query, 1) { continue }
      report.note(.catalogue, detail: "\(table) \(query.integer(0)) has no valid slug")
    }
  }

  private func isSlug(_ query: Statement, _ column: Int32) -> Bool {
    unsafe query.borrowed(column).withSpan { SlugRule.accepts($0) }
  }

  private func checkFields(_ report: inout CheckReport) throws(StoreError) {
    let query = try connection.prepare(
      "SELECT form_id, place, slug, type, choices FROM form_field ORDER BY form_id, place")
    while try query.step() {
      let type = query.text(3)
      let known = FormFieldType(stored: type, choices: query.text(4))
      let hasChoices = !query.text(4).isEmpty
      let isChoice = type == FormFieldType.choice([]).storedName
      guard !isSlug(query, 2) || known.storedName != type || hasChoices != isChoice else {
        continue
      }
      report.note(
        .catalogue, detail: "field \(query.integer(1)) of form \(query.integer(0)) is not valid")
    }
  }
}
