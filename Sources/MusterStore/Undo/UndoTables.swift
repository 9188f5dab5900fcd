internal import MusterCore

/// The tables of undoing: before-images, what was kept, how far an undo has come.
final class UndoTables {
  private let lastImages: Statement
  private let shorten: Statement
  private let remove: Statement
  private let addKept: Statement
  private let advance: Statement
  private let raiseLastMember: Statement
  private let kept: Statement
  private let required: Statement

  init(_ connection: Connection) throws(StoreError) {
    lastImages = try connection.prepare(
      """
      SELECT place, images FROM import_image WHERE import_seq = ?1 ORDER BY place DESC LIMIT 1
      """)
    shorten = try connection.prepare(
      "UPDATE import_image SET images = ?3 WHERE import_seq = ?1 AND place = ?2")
    remove = try connection.prepare("DELETE FROM import_image WHERE import_seq = ?1 AND place = ?2")
    addKept = try connection.prepare(
      """
      INSERT INTO import_kept(import_seq, place, member, column_name, reason)
      VALUES(?1, ?2, ?3, ?4, ?5)
      """)
    advance = try connection.prepare(
      """
      UPDATE import SET state = ?2, undone_created = ?3, undone_updated = ?4, kept = ?5,
        touched_at = ?6, has_images = ?7, retention_at = ?8 WHERE seq = ?1
      """)
    raiseLastMember = try connection.prepare(
      """
      INSERT INTO counter(name, value) VALUES('last_member', ?1)
      ON CONFLICT(name) DO UPDATE SET value = max(value, excluded.value)
      """)
    kept = try connection.prepare(
      "SELECT member, column_name FROM import_kept WHERE import_seq = ?1")
    required = try connection.prepare(
      """
      SELECT form.slug, form_field.slug FROM form_field JOIN form ON form.id = form_id
      WHERE required != 0
      """)
  }

  /// The newest blob of an import, or nil.
  func lastBlob(of seq: Int64) throws(StoreError) -> (place: Int64, bytes: [UInt8])? {
    lastImages.bind(1, seq)
    guard try lastImages.step() else { return nil }
    let found = unsafe (lastImages.integer(0), lastImages.borrowed(1).bytes())
    lastImages.reset()
    return found
  }

  /// Keeps only the beginning of a blob, which is what is left to undo.
  func keep(_ bytes: some Sequence<UInt8>, ofBlob place: Int64, of seq: Int64) throws(StoreError) {
    let rest = Array(bytes)
    let statement = rest.isEmpty ? remove : shorten
    statement.bind(1, seq)
    statement.bind(2, place)
    if !rest.isEmpty { statement.bind(3, rest) }
    try statement.run()
  }

  /// Lists what stays, from a place on.
  func add(_ kept: some Sequence<KeptField>, from place: UInt64, of seq: Int64) throws(StoreError) {
    for (offset, field) in kept.enumerated() {
      addKept.bind(1, seq)
      addKept.bind(2, Int64(clamping: place) + Int64(offset))
      addKept.bind(3, Int64(field.member))
      addKept.bind(4, field.column)
      addKept.bind(5, field.reason)
      try addKept.run()
    }
  }

  /// Which fields, of which members, an import's undo has listed as kept.
  func keptKeys(of seq: Int64) throws(StoreError) -> Set<KeptFields.Key> {
    kept.bind(1, seq)
    var keys: Set<KeptFields.Key> = []
    while try kept.step() {
      keys.insert(
        KeptFields.Key(
          member: UInt32(truncatingIfNeeded: kept.integer(0)),
          column: kept.isNull(1) ? nil : kept.text(1)))
    }
    return keys
  }

  /// The fields that every form must have, by form.
  func requiredFields() throws(StoreError) -> [[UInt8]: [[UInt8]]] {
    var fields: [[UInt8]: [[UInt8]]] = [:]
    while try required.step() {
      unsafe fields[required.borrowed(0).bytes(), default: []].append(required.borrowed(1).bytes())
    }
    return fields
  }

  /// Writes how far an undo has come.
  func advance(
    _ seq: Int64, _ progress: UndoProgress, isDone: Bool, now: Int64, retentionNow: Int64
  ) throws(StoreError) {
    let state: ImportRecord.State = isDone ? .undone : .undoing
    advance.bind(1, seq)
    advance.bind(2, Int64(state.rawValue))
    advance.bind(3, Int64(clamping: progress.deleted))
    advance.bind(4, Int64(clamping: progress.restored))
    advance.bind(5, Int64(clamping: progress.kept))
    advance.bind(6, now)
    advance.bind(7, isDone ? 0 : 1)
    advance.bind(8, retentionNow)
    try advance.run()
  }

  /// Remembers the highest member number, which a deleted member may have had.
  func remember(lastMember: UInt32) throws(StoreError) {
    raiseLastMember.bind(1, Int64(lastMember))
    try raiseLastMember.run()
  }
}
