import MusterCore

/// The members of a workspace as Design, "Match", in the plainest way: one row after
/// the other, dictionaries, no batches, no hashes.
struct MemberModel {
  /// One fault, as far as it is compared.
  struct Fault: Hashable, Comparable, CustomStringConvertible {
    var row: UInt64
    var column: String?
    var code: FaultCode

    var description: String { "row \(row) \(column ?? "-") \(code.rawValue)" }

    static func < (left: Fault, right: Fault) -> Bool {
      (left.row, left.column ?? "", left.code.rawValue)
        < (right.row, right.column ?? "", right.code.rawValue)
    }
  }

  let catalogue: Catalogue
  private(set) var members: [Int: ModelMember] = [:]
  private var byEmailKey: [String: Int] = [:]
  private var byPhone: [[UInt8]: Int] = [:]
  private var byExternalID: [[UInt8]: Int] = [:]
  /// Which import last created or changed a member.
  private var lastImport: [Int: Int] = [:]
  /// The highest number that was ever given to a member.
  private var lastNumber = 0

  init(catalogue: Catalogue) { self.catalogue = catalogue }

  /// All members as an export gives them.
  func exported() -> [[[UInt8]]] {
    members.sorted { $0.key < $1.key }.map { number, member in
      member.exported(number: number, catalogue: catalogue)
    }
  }

  /// Gives the numbers of members that were made and deleted again to nobody else.
  mutating func skipNumbers(made count: UInt64) { lastNumber += Int(count) }

  /// Deletes a member, whose number nobody gets again.
  mutating func delete(_ number: Int) {
    if let member = members.removeValue(forKey: number) { forget(member) }
    lastImport[number] = nil
  }

  /// Applies a whole import.
  mutating func apply(_ script: ImportScript) -> (counts: ImportCounts, faults: [Fault]) {
    var counts = ImportCounts()
    var faults: [Fault] = []
    for index in script.rows.indices {
      faults += apply(row: index, of: script, &counts)
      if script.options.faultsMax > 0 && counts.faults >= script.options.faultsMax { break }
    }
    return (counts, faults)
  }

  /// Applies one row of an import.
  mutating func apply(
    row index: Int, of script: ImportScript, _ counts: inout ImportCounts
  ) -> [Fault] {
    let faults = decide(script.rows[index], script, &counts).map {
      Fault(row: UInt64(index + 1), column: $0.column, code: $0.code)
    }
    if faults.isEmpty {
      counts.normalized += UInt64(script.changedCellCount(ofRow: index))
      return []
    }
    counts.rejected += 1
    counts.faults += UInt64(faults.count)
    return faults.sorted()
  }

  private typealias RowFaults = [(column: String?, code: FaultCode)]

  /// Decides one row.
  private mutating func decide(
    _ row: [CellSample], _ script: ImportScript, _ counts: inout ImportCounts
  ) -> RowFaults {
    if row.count != script.columns.count { return [(nil, .wrongCellCount)] }
    if row.reduce(0, { $0 + $1.bytes.count }) > script.limits.rowBytesMax {
      return [(nil, .valueTooLong)]
    }
    let cells = script.meanings(row)
    let faults = check(cells)
    if !faults.isEmpty { return faults }

    var hits: Set<Int> = []
    for (column, meaning) in cells {
      switch (column, meaning) {
      case (.field(.email), .email(_, let key)): hits.formUnion(byEmailKey[key].map { [$0] } ?? [])
      case (.field(.phone), .value(let phone)):
        hits.formUnion(byPhone[Array(phone.utf8)].map { [$0] } ?? [])
      case (.field(.externalID), .value(let id)):
        hits.formUnion(byExternalID[Array(id.utf8)].map { [$0] } ?? [])
      default: break
      }
    }
    if hits.count > 1 { return [(nil, .identifierConflict)] }
    return put(cells, onto: hits.first, script, &counts)
  }

  /// The faults that need no member.
  private func check(_ cells: [(column: ModelColumn, meaning: Meaning)]) -> RowFaults {
    var faults: RowFaults = []
    var givesIdentifier = false
    for (column, meaning) in cells {
      if case .faults(let codes) = meaning { faults += codes.map { (column.name, $0) } }
      guard column.isIdentifier else { continue }
      switch meaning {
      case .blank, .clear: break
      default: givesIdentifier = true
      }
    }
    if !givesIdentifier { faults.append((nil, .noIdentifier)) }
    return faults
  }

  private mutating func put(
    _ cells: [(column: ModelColumn, meaning: Meaning)], onto number: Int?, _ script: ImportScript,
    _ counts: inout ImportCounts
  ) -> RowFaults {
    let isRepeat = number.map { lastImport[$0] == script.number } ?? false
    if isRepeat && script.options.rejectsRepeats { return [(nil, .repeatedRow)] }
    let old = number.flatMap { members[$0] }
    var new = old ?? ModelMember(role: script.role)
    var changed: [String] = []
    for (column, meaning) in cells { set(column, meaning, of: &new, script, &changed) }
    var faults: RowFaults = []
    if script.options.strictIdentity { faults += changed.map { ($0, .identifierChange) } }
    faults += missingFields(cells, new).map { ($0, .invalidFormValue) }
    if !faults.isEmpty { return faults }

    if isRepeat { counts.repeats += 1 }
    guard let number, let old else {
      let made = lastNumber + 1
      counts.created += 1
      store(new, at: made, script)
      return []
    }
    counts.identifierChanges += UInt64(changed.count)
    if new == old {
      counts.unchanged += 1
    } else {
      counts.updated += 1
      Self.countFlips(old, new, &counts)
      forget(old)
      store(new, at: number, script)
    }
    return []
  }

  /// To true is an opt-in; to false, and away from true, an opt-out.
  private static func countFlips(
    _ old: ModelMember, _ new: ModelMember, _ counts: inout ImportCounts
  ) {
    for field in [MemberField.notifyEmail, .notifySMS, .notifyVoice] {
      let was = old.plain[field].map { String(decoding: $0, as: UTF8.self) }
      let becomes = new.plain[field].map { String(decoding: $0, as: UTF8.self) }
      guard was != becomes else { continue }
      if becomes == "true" { counts.optIns += 1 }
      if becomes == "false" || was == "true" { counts.optOuts += 1 }
    }
  }

  /// Sets one field; an identifier that was set and is now another goes into `changed`.
  private func set(
    _ column: ModelColumn, _ meaning: Meaning, of member: inout ModelMember, _ script: ImportScript,
    _ changed: inout [String]
  ) {
    switch (column, meaning) {
    case (_, .blank), (.ignored, _), (_, .faults): break
    case (.field(.email), .email(let text, let key)):
      // The same key is the same email: the stored spelling stays.
      if member.emailKey == key { break }
      if member.email != nil { changed.append("email") }
      member.email = Array(text.utf8)
      member.emailKey = key
    case (.field(.email), _):
      if member.email != nil { changed.append("email") }
      member.email = nil
      member.emailKey = nil
    case (.field(.phone), _): Self.replace(&member.phone, meaning, "phone", &changed)
    case (.field(.externalID), _):
      Self.replace(&member.externalID, meaning, "external_id", &changed)
    case (.field(.labels), .labels(let slugs)):
      member.labels = script.options.labels == .replace ? slugs : member.labels.union(slugs)
    case (.field(.labels), _): member.labels = []
    case (.field(let field), .value(let text)): member.plain[field] = Array(text.utf8)
    case (.field(let field), _): member.plain[field] = nil
    case (.form(let form, let field), .value(let text)):
      member.forms[.init(form: form, field: field.slug)] = Array(text.utf8)
    case (.form(let form, let field), _): member.forms[.init(form: form, field: field.slug)] = nil
    }
  }

  private static func replace(
    _ value: inout [UInt8]?, _ meaning: Meaning, _ name: String, _ changed: inout [String]
  ) {
    var new: [UInt8]?
    if case .value(let text) = meaning { new = Array(text.utf8) }
    if value != nil && value != new { changed.append(name) }
    value = new
  }

  /// Required fields without a value, of forms that the row touches and the member has values of.
  private func missingFields(
    _ cells: [(column: ModelColumn, meaning: Meaning)], _ member: ModelMember
  ) -> [String] {
    var touched: Set<String> = []
    for case (.form(let form, _), let meaning) in cells where meaning != .blank {
      touched.insert(form)
    }
    return catalogue.forms.filter { form in
      touched.contains(form.slug) && member.forms.keys.contains { $0.form == form.slug }
    }.flatMap { form in
      form.fields.filter { field in
        field.isRequired && member.forms[.init(form: form.slug, field: field.slug)] == nil
      }.map { "form.\(form.slug).\($0.slug)" }
    }
  }

  private mutating func forget(_ member: ModelMember) {
    if let key = member.emailKey { byEmailKey[key] = nil }
    if let phone = member.phone { byPhone[phone] = nil }
    if let id = member.externalID { byExternalID[id] = nil }
  }

  private mutating func store(_ member: ModelMember, at number: Int, _ script: ImportScript) {
    members[number] = member
    lastNumber = max(lastNumber, number)
    lastImport[number] = script.number
    if let key = member.emailKey { byEmailKey[key] = number }
    if let phone = member.phone { byPhone[phone] = number }
    if let id = member.externalID { byExternalID[id] = number }
  }
}
