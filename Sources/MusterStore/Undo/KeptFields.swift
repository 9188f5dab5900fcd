internal import MusterCore

/// What undoing an import has already left as it is: a field is kept, and listed, once, however
/// many of the import's rows had changed it.
///
/// Read from the ledger when the undoing of another import begins or goes on.
final class KeptFields {
  /// The member's number, and a field's column; nil for the member as a whole.
  struct Key: Hashable {
    var member: UInt32
    var column: String?
  }

  private var keys: Set<Key> = []
  /// The ledger's number of the import that they belong to.
  private var seq: Int64?

  /// Reads what an import's undo has kept so far, unless it is known.
  func load(_ seq: Int64, from tables: UndoTables) throws(StoreError) {
    guard self.seq != seq else { return }
    keys = try tables.keptKeys(of: seq)
    self.seq = seq
  }

  func contains(_ member: UInt32, _ column: String) -> Bool {
    keys.contains(Key(member: member, column: column))
  }

  func insert(_ field: KeptField) {
    keys.insert(Key(member: field.member, column: field.column))
  }

  /// Reads everything anew next time: the last step did not happen.
  func forget() {
    seq = nil
    keys = []
  }
}
