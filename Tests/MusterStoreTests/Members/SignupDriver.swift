import MusterCore
import MusterTestSupport

@testable import MusterStore

extension WorkspaceStore {
  /// Signs a member up with texts of columns.
  func signUp(
    _ values: KeyValuePairs<String, String>, options: ImportOptions = ImportOptions()
  ) async throws -> SignupOutcome {
    let definition = try definition(
      "", columns: values.map(\.key), options: options, catalogue: catalogue)
    return try await signUp(
      definition.chunk(seed: hashSeed, [values.map(\.value)]), definition)
  }
}

extension SignupOutcome {
  /// The member, if the signup was accepted.
  var member: MemberSnapshot? {
    if case .accepted(let member, _, _) = self { member } else { nil }
  }

  /// created, updated, unchanged, or the codes of the faults.
  var word: String {
    switch self {
    case .accepted(_, true, true): "created"
    case .accepted(_, false, true): "updated"
    case .accepted(_, false, false): "unchanged"
    case .accepted(_, true, false): "created without a change"
    case .rejected(let faults): faults.map(\.code.rawValue).joined(separator: " ")
    }
  }
}

extension MemberSnapshot {
  /// The cells of the member's row in an export with its number and role.
  func exported(catalogue: Catalogue) -> [[UInt8]] {
    func flag(_ flag: Bool?) -> String { flag.map { $0 ? "true" : "false" } ?? "" }
    var cells = [
      String(id), role, email, phone, externalID, name, description, dateOfBirth,
      labels.joined(separator: ","), flag(notifyEmail), flag(notifySMS), flag(notifyVoice),
    ]
    for form in catalogue.forms {
      for field in form.fields {
        let value = formValues.first { $0.form == form.slug && $0.field == field.slug }
        cells.append(value?.value ?? "")
      }
    }
    return cells.map { Array($0.utf8) }
  }
}
