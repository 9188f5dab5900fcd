/// What a workspace knows besides its members: roles, labels and forms. A snapshot; never changes.
public struct Catalogue: Sendable, Equatable {
  /// Grows by one with every change, so that two snapshots can be told apart cheaply.
  public var version: Int
  /// In the order they were made.
  public var roles: [Role]
  /// Slugs in byte order, each once.
  public var labels: [String] { didSet { index = CatalogueIndex() } }
  /// In the order they were made.
  public var forms: [Form] { didSet { index = CatalogueIndex() } }
  /// What is looked up in it.
  private(set) var index = CatalogueIndex()

  /// Makes a snapshot; the labels are brought into byte order.
  public init(version: Int = 0, roles: [Role] = [], labels: [String] = [], forms: [Form] = []) {
    self.version = version
    self.roles = roles
    self.labels = labels.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    self.forms = forms
  }
}

/// A role that a member is created with.
public struct Role: Sendable, Equatable {
  /// Its number in the workspace; never changes.
  public var id: Int64
  /// Its name in the workspace, a slug (``SlugRule``).
  public var slug: String

  /// A role as the workspace keeps it.
  public init(id: Int64, slug: String) {
    self.id = id
    self.slug = slug
  }
}

/// A form: a named set of typed fields that a member may have values for.
public struct Form: Sendable, Equatable {
  /// Its name in the workspace, a slug (``SlugRule``).
  public var slug: String
  /// In the order they were given; from 1 to ``CatalogueRule/fieldsMax``, each slug once.
  public var fields: [FormField]

  /// A form as asked for; ``CatalogueRule`` judges it.
  public init(slug: String, fields: [FormField]) {
    self.slug = slug
    self.fields = fields
  }
}

/// One field of a form.
public struct FormField: Sendable, Equatable {
  /// Its name in the form, a slug (``SlugRule``).
  public var slug: String
  /// What its values must be.
  public var type: FormFieldType
  /// Whether a member must have a value for it after a row that sets any field of its form.
  public var isRequired: Bool

  /// A field as asked for; ``CatalogueRule`` judges it.
  public init(slug: String, type: FormFieldType, isRequired: Bool = false) {
    self.slug = slug
    self.type = type
    self.isRequired = isRequired
  }
}

/// The type of a form field; a stored value is compared as text whatever its type.
public enum FormFieldType: Sendable, Equatable {
  case text, number, boolean, date, email
  /// One of the listed texts, compared exactly.
  case choice([String])
}
