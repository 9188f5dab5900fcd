internal import MusterCore

/// One thing that an import did, with what undoing it needs.
enum UndoRecord: Equatable {
  /// Members that it made: a run of numbers.
  case created(first: UInt32, count: UInt32)
  /// A member that it changed.
  case changed(BeforeImage)
}

/// What a member's changed fields held before a row changed them.
struct BeforeImage: Equatable {
  var member: UInt32
  /// The ledger's number of the import that had last touched the member before.
  var importSeq: UInt32
  /// In the order of the fields; each at most once.
  var fields: [FieldImage]
}

/// One field of a before-image.
struct FieldImage: Equatable {
  var field: StoredField
  /// What it held before; nil if it was empty.
  var old: [UInt8]?
  /// ``hash(_:)`` of what the import wrote; 0 if it cleared the field.
  var newHash: UInt64

  /// Tells whether a field still holds what an import wrote.
  ///
  /// The key is no secret: who can write members can write what they like anyway.
  static func hash(_ value: CellBytes) -> UInt64 {
    guard unsafe value.count > 0, let start = unsafe value.start else { return 0 }
    return unsafe KeyedHash.hash(start, count: value.count, tag: 0, seed: seed)
  }

  private static let seed = HashSeed(
    first: 0x243F_6A88_85A3_08D3, second: 0x1319_8A2E_0370_7344, mask: .max)
}

/// A field as a record stores it: a slot, or one value among the form values.
enum StoredField: Equatable {
  /// A slot of ``MemberRecord`` before ``MemberRecord/forms``.
  case slot(Int)
  case form([UInt8], [UInt8])

  /// The column's name, as imports and exports have it.
  var columnName: String {
    switch self {
    case .slot(let slot): MemberField(rawValue: slot)?.columnName ?? ""
    case .form(let form, let field):
      FormColumn.name(
        type: String(decoding: form, as: UTF8.self), field: String(decoding: field, as: UTF8.self))
    }
  }
}
