internal import MusterCore

/// Reads and writes a workspace's roles, labels and forms.
struct CatalogueTables {
  let connection: Connection

  func load(version: Int) throws(StoreError) -> Catalogue {
    Catalogue(version: version, roles: try roles(), labels: try labels(), forms: try forms())
  }

  private func roles() throws(StoreError) -> [Role] {
    let query = try connection.prepare("SELECT id, slug FROM role ORDER BY id")
    var roles: [Role] = []
    while try query.step() { roles.append(Role(id: query.integer(0), slug: query.text(1))) }
    return roles
  }

  private func labels() throws(StoreError) -> [String] {
    let query = try connection.prepare("SELECT slug FROM label")
    var slugs: [String] = []
    while try query.step() { slugs.append(query.text(0)) }
    return slugs
  }

  private func forms() throws(StoreError) -> [Form] {
    let query = try connection.prepare(
      """
      SELECT form.slug, form_field.slug, type, choices, required
      FROM form JOIN form_field ON form_id = form.id ORDER BY form.id, place
      """)
    var forms: [Form] = []
    while try query.step() {
      let slug = query.text(0)
      let field = FormField(
        slug: query.text(1), type: FormFieldType(stored: query.text(2), choices: query.text(3)),
        isRequired: query.integer(4) != 0)
      if forms.last?.slug == slug {
        forms[forms.count - 1].fields.append(field)
      } else {
        forms.append(Form(slug: slug, fields: [field]))
      }
    }
    return forms
  }

  func addRole(_ slug: String, now: Int64) throws(StoreError) -> Role {
    let insert = try connection.prepare(
      "INSERT INTO role(slug, created_at) VALUES(?1, ?2) RETURNING id")
    insert.bind(1, slug)
    insert.bind(2, now)
    _ = try insert.step()
    let role = Role(id: insert.integer(0), slug: slug)
    try insert.run()
    return role
  }

  func addLabels(_ slugs: [String], now: Int64) throws(StoreError) {
    let insert = try connection.prepare("INSERT INTO label(slug, created_at) VALUES(?1, ?2)")
    for slug in slugs {
      insert.bind(1, slug)
      insert.bind(2, now)
      try insert.run()
    }
  }

  func addForm(_ form: Form, now: Int64) throws(StoreError) {
    let insert = try connection.prepare(
      "INSERT INTO form(slug, created_at) VALUES(?1, ?2) RETURNING id")
    insert.bind(1, form.slug)
    insert.bind(2, now)
    _ = try insert.step()
    let formID = insert.integer(0)
    try insert.run()
    try add(form.fields, to: formID, from: 0)
  }

  /// Adds fields to a form, at places from one on.
  func add(_ fields: [FormField], to formID: Int64, from first: Int64) throws(StoreError) {
    let field = try connection.prepare(
      """
      INSERT INTO form_field(form_id, place, slug, type, choices, required)
      VALUES(?1, ?2, ?3, ?4, ?5, ?6)
      """)
    for (place, spec) in fields.enumerated() {
      field.bind(1, formID)
      field.bind(2, first + Int64(place))
      field.bind(3, spec.slug)
      field.bind(4, spec.type.storedName)
      field.bind(5, spec.type.storedChoices)
      field.bind(6, spec.isRequired ? 1 : 0)
      try field.run()
    }
  }
}

extension FormFieldType {
  /// The name under which the table keeps the type.
  var storedName: String {
    switch self {
    case .text: "text"
    case .number: "number"
    case .boolean: "boolean"
    case .date: "date"
    case .email: "email"
    case .choice: "choice"
    }
  }

  /// A choice's values, a line each; they have no line ends (see ``CatalogueRule``).
  var storedChoices: String? {
    guard case .choice(let choices) = self else { return nil }
    return choices.joined(separator: "\n")
  }

  init(stored: String, choices: String) {
    switch stored {
    case "number": self = .number
    case "boolean": self = .boolean
    case "date": self = .date
    case "email": self = .email
    case "choice":
      self = .choice(
        choices.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    default: self = .text
    }
  }
}
