internal import MusterCore

/// Takes back what an import did, a bounded part at a time, from its last row to its first.
///
/// Source: Design, "Store". Each step runs in a transaction of its own, which also removes
/// the before-images that it has used: an undo that is interrupted goes on where it stood.
final class UndoRun {
  let statements: MemberStatements
  let tables: UndoTables
  let index: IdentityIndex
  /// Values of the member that is being looked at.
  let scratch = ByteScratch()
  let kept = KeptFields()
  private let keptMax: Int
  private let connection: Connection

  /// Members that one step looks at: well under a second, so that imports may come in between.
  static let stepMembersMax = 8_192
  /// Blobs that one step reads, 4 MiB of them as a rule: members may have held long texts.
  static let stepBlobsMax = 64

  init(
    connection: Connection, index: IdentityIndex, deferred: DeferredUpdates,
    keptMax: Int = Limits().ledgerFaultsMax
  ) throws(StoreError) {
    statements = try MemberStatements(connection, deferred: deferred)
    tables = try UndoTables(connection)
    self.index = index
    self.keptMax = keptMax
    self.connection = connection
  }

  /// What a step works on, and what it has found.
  struct Step {
    let seq: Int64
    let now: Int64
    /// The fields that each form's values need beside them, by form.
    let requiredFields: [[UInt8]: [[UInt8]]]
    /// What a value that is given back may name; it was stored when the catalogue had more.
    let catalogue: Catalogue
    let labels: Set<[UInt8]>
    var progress: UndoProgress
    var kept: [KeptField] = []
    var membersLeft = UndoRun.stepMembersMax
    var blobsLeft = UndoRun.stepBlobsMax

    /// What an import's members say of it.
    var importSeq: UInt32 { UInt32(truncatingIfNeeded: seq) }
  }

  /// Undoes a part of an import; in a transaction.
  func step(
    _ seq: Int64, _ progress: UndoProgress, now: Int64, retentionNow: Int64
  ) throws(StoreError) -> UndoStep {
    index.turns.take()
    defer { index.turns.give(index.candidates) }
    defer { statements.endReading() }
    try kept.load(seq, from: tables)
    let catalogue = try CatalogueTables(connection: connection).load(version: 0)
    var step = Step(
      seq: seq, now: now, requiredFields: try tables.requiredFields(), catalogue: catalogue,
      labels: Set(catalogue.labels.map { Array($0.utf8) }), progress: progress)
    var isDone = false
    while step.membersLeft > 0 && step.blobsLeft > 0 && !isDone { isDone = try !undoBlob(&step) }
    let listed = Int(clamping: progress.kept)
    try tables.add(step.kept.prefix(max(0, keptMax - listed)), from: progress.kept, of: seq)
    try tables.advance(seq, step.progress, isDone: isDone, now: now, retentionNow: retentionNow)
    if step.progress.deleted > 0 { try tables.remember(lastMember: index.lastMember) }
    return UndoStep(progress: step.progress, kept: step.kept, isDone: isDone)
  }

  /// The transaction of the last step was taken back.
  func rollback() { kept.forget() }

  /// Lists something that stays as it is, once; of what is over the bound, only the count is kept.
  func keep(_ member: UInt32, _ column: String?, _ reason: String, _ step: inout Step) {
    let field = KeptField(member: member, column: column, reason: reason)
    step.kept.append(field)
    step.progress.kept += 1
    if step.progress.kept <= UInt64(keptMax) { kept.insert(field) }
  }

  /// Undoes the newest blob, as far as the step goes.
  ///
  /// - Returns: false if there was none.
  private func undoBlob(_ step: inout Step) throws(StoreError) -> Bool {
    guard let blob = try tables.lastBlob(of: step.seq) else { return false }
    step.blobsLeft -= 1
    var records: [(place: Int, record: UndoRecord)]
    do throws(RecordDamage) {
      records = try UndoUnpacker.records(of: blob.bytes)
    } catch {
      throw StoreError(
        .dataLoss, "The before-images of import number \(step.seq) are not what Muster wrote.")
    }
    var rest = blob.bytes.count
    var created: [UInt8] = []
    while step.membersLeft > 0, let last = records.popLast() {
      rest = last.place
      switch last.record {
      case .changed(let image): try restore(image, &step)
      case .created(let first, let count):
        let left = try delete(first, count, &step)
        guard left > 0 else { continue }
        var packer = UndoPacker()
        packer.pack(created: first, count: left)
        created = packer.bytes
      }
    }
    try tables.keep(blob.bytes[..<rest] + created, ofBlob: blob.place, of: step.seq)
    return true
  }

  /// Deletes the members at the end of a run that the import made, as far as the step goes.
  ///
  /// - Returns: How many of the run are left.
  private func delete(
    _ first: UInt32, _ count: UInt32, _ step: inout Step
  ) throws(StoreError) -> UInt32 {
    let taken = min(count, UInt32(step.membersLeft))
    step.membersLeft -= Int(taken)
    let members = (first + count - taken)..<(first + count)
    let record = UnsafeMutablePointer<CellBytes>.allocate(capacity: MemberRecord.slotCount)
    defer { unsafe record.deallocate() }
    for member in members {
      scratch.reset()
      guard unsafe try statements.readIfStored(member, into: record, scratch: scratch) else {
        continue
      }
      guard index.importSeq(member) == step.importSeq else {
        keep(member, nil, "it has changed since", &step)
        continue
      }
      unsafe try remove(member, record)
      step.progress.deleted += 1
    }
    return count - taken
  }

  /// Deletes a stored member, and has nobody find it any more.
  ///
  /// - Parameter record: What it holds.
  func remove(_ member: UInt32, _ record: UnsafePointer<CellBytes>) throws(StoreError) {
    for identifier in IdentityIndex.Identifier.allCases {
      _ = unsafe index.move(identifier, member, from: record[identifier.rawValue], to: .blank)
    }
    index.set(member, fingerprint: 0, importSeq: 0)
    try statements.delete(member)
  }
}
