/// A change of what a catalogue has already; no value of a member is lost by any of them.
///
/// ``Catalogue/step(_:)`` decides what a change comes to.
public enum CatalogueChange: Sendable, Equatable {
  case renameRole(String, to: String)
  case deleteRole(String)
  case renameLabel(String, to: String)
  case deleteLabel(String)
  case renameForm(String, to: String)
  case deleteForm(String)
  case addField(FormField, form: String)
  case renameField(String, form: String, to: String)
  case deleteField(String, form: String)
  /// Changes whether a field is required, and its choices; never its type.
  case changeField(FormField, form: String)
}

/// What a change comes to, before any member is looked at.
public struct CatalogueStep: Sendable, Equatable {
  /// The catalogue afterwards.
  public var after: Catalogue
  /// The members that must not be there; nil if none stands in the way.
  public var obstacle: MemberUse?
  /// What becomes of members' records.
  public var rewrite: MemberRewrite?
  /// Whether what was right before may be wrong now: not while an import runs, since its rows were
  /// checked against the catalogue as it was when the import began.
  public var isNarrowing = true
}

/// Members that use something of a catalogue.
public enum MemberUse: Sendable, Equatable {
  /// Those with a role.
  case role(Role)
  /// Those that carry a label.
  case label(String)
  /// Those with a value of a form.
  case form(String)
  /// Those with a value of a field.
  case field(String, form: String)
  /// Those with a value of a form, and none of this field.
  case formWithout(field: String, form: String)
  /// Those with one of these values of a field.
  case values(Set<String>, field: String, form: String)

  /// Why a change is refused.
  ///
  /// - Parameter memberCount: How many members there are, at least one.
  public func refusal(memberCount: Int) -> StoreError {
    let one = memberCount == 1
    let members = one ? "1 member" : "\(memberCount) members"
    let message =
      switch self {
      case .role(let role):
        "\(members) \(one ? "has" : "have") the role \(role.slug); a role in use cannot be deleted."
      case .label(let slug):
        "\(members) \(one ? "carries" : "carry") the label \(slug); take it from them first (an"
          + " import with the labels replaced does), or rename it."
      case .form(let form):
        "\(members) \(one ? "has" : "have") values of the form \(form); clear them first (an import"
          + " with a clear token does)."
      case .field(let field, let form):
        "\(members) \(one ? "has" : "have") a value of form.\(form).\(field); clear it first (an"
          + " import with a clear token does)."
      case .formWithout(let field, let form):
        "\(members) \(one ? "has" : "have") values of the form \(form) and none of \(field), which"
          + " can be required once they have one."
      case .values(let values, let field, let form):
        "\(members) \(one ? "has" : "have") a value of form.\(form).\(field) that would be no"
          + " choice any more (\(values.count == 1 ? "1 choice" : "\(values.count) choices") of it"
          + " would go); change those values first."
      }
    return StoreError(reason: .inUse, message, [.memberCount: "\(memberCount)"])
  }
}

/// What a change does to the records of members that use the thing that is renamed.
public enum MemberRewrite: Sendable, Equatable {
  case label(String, to: String)
  case form(String, to: String)
  case field(String, form: String, to: String)

  /// Members of one change: it is one transaction, and the log grows with it.
  public static let membersMax = 1_000_000

  /// Whom it concerns.
  public var use: MemberUse {
    switch self {
    case .label(let slug, _): .label(slug)
    case .form(let form, _): .form(form)
    case .field(let field, let form, _): .field(field, form: form)
    }
  }
}

/// What a change came to.
public struct CatalogueOutcome: Sendable, Equatable {
  /// The catalogue as it is now.
  public var catalogue: Catalogue
  /// Members whose records were written anew.
  public var memberCount: Int

  /// Says what a change came to.
  public init(catalogue: Catalogue, memberCount: Int) {
    self.catalogue = catalogue
    self.memberCount = memberCount
  }
}

/// How many members use each thing of a catalogue.
public struct MemberCounts: Sendable, Equatable {
  /// By the role's number.
  public var roles: [Int64: UInt64] = [:]
  /// By the label's slug.
  public var labels: [String: UInt64] = [:]

  /// Nothing is counted yet.
  public init() {}
}
