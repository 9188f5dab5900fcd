internal import MusterCore

/// The tables of a workspace's file.
///
/// One plain row a member, labels and form values inside it: any SQLite tool can read it. No
/// secondary index on identifiers: ``IdentityIndex`` finds members, and keeps them apart.
enum Schema {
  /// `PRAGMA application_id`: "MSTR".
  static let applicationID = 0x4D53_5452
  /// `PRAGMA user_version` of the newest layout.
  static let version = Int64(Migrations.steps.count + 1)

  /// Layout 1; what came later is in ``Migrations``, and a new file goes through all of it.
  static let tables = """
    CREATE TABLE role(
      id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL) STRICT;
    CREATE TABLE label(
      id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL) STRICT;
    CREATE TABLE form(
      id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL) STRICT;
    CREATE TABLE form_field(
      form_id INTEGER NOT NULL REFERENCES form(id), place INTEGER NOT NULL, slug TEXT NOT NULL,
      type TEXT NOT NULL, choices TEXT, required INTEGER NOT NULL,
      PRIMARY KEY(form_id, place), UNIQUE(form_id, slug)) STRICT;
    -- What loading the identity index reads comes first. labels: slugs in byte order, joined by
    -- commas. forms: a JSON object of forms, each an object of texts. Times: seconds since 1970.
    CREATE TABLE member(
      id INTEGER PRIMARY KEY, email TEXT, phone TEXT, external_id TEXT,
      import_seq INTEGER NOT NULL, role_id INTEGER NOT NULL,
      created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
      name TEXT, description TEXT, date_of_birth TEXT, labels TEXT,
      notify_email INTEGER, notify_sms INTEGER, notify_voice INTEGER, forms TEXT) STRICT;
    -- The ledger. import_seq in member is the import that last created or changed it.
    CREATE TABLE import(
      seq INTEGER PRIMARY KEY, import_id TEXT NOT NULL UNIQUE, state INTEGER NOT NULL,
      definition TEXT NOT NULL, columns TEXT NOT NULL, next_row INTEGER NOT NULL DEFAULT 0,
      created INTEGER NOT NULL DEFAULT 0, updated INTEGER NOT NULL DEFAULT 0,
      unchanged INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0,
      repeats INTEGER NOT NULL DEFAULT 0, identifier_changes INTEGER NOT NULL DEFAULT 0,
      faults INTEGER NOT NULL DEFAULT 0, cell_bytes INTEGER NOT NULL DEFAULT 0,
      started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE TABLE import_fault(
      import_seq INTEGER NOT NULL REFERENCES import(seq), place INTEGER NOT NULL,
      row INTEGER NOT NULL, column_name TEXT, code TEXT NOT NULL, value BLOB, hint TEXT,
      PRIMARY KEY(import_seq, place)) STRICT, WITHOUT ROWID;
    INSERT INTO role(slug, created_at) VALUES('manager', unixepoch()), ('user', unixepoch());
    """

  /// Makes sure that a file with its log is ours, before anything is written to it.
  ///
  /// - Throws: `dataLoss` if the file is another program's, `failedPrecondition` if a newer version
  ///   of Muster wrote it.
  static func checkOwner(_ path: String) throws(StoreError) {
    guard FileIdentity(path: path) != nil else { return }
    let connection = try Connection(path: path, mode: .reader, cacheBytes: 1024 * 1024)
    let found = try connection.integer("PRAGMA user_version")
    let owner = try connection.integer("PRAGMA application_id")
    guard owner == applicationID else {
      throw StoreError(
        .dataLoss, "The database \(path) was not made by Muster; move it away.")
    }
    guard found >= 1, found <= version else {
      throw StoreError(
        reason: .otherVersion,
        "The database \(path) has layout \(found), and this version of Muster knows 1 to"
          + " \(version); use the version that wrote it, or a newer one.")
    }
  }

  /// Makes the tables of a new file, and brings an older one up to date: all of it, or nothing.
  static func prepare(_ connection: Connection) throws(StoreError) {
    let isNew = try connection.integer("PRAGMA application_id") != applicationID
    let found = isNew ? 0 : try connection.integer("PRAGMA user_version")
    guard found < version else { return }
    let steps = Migrations.steps.dropFirst(isNew ? 0 : Int(found) - 1)
    let sql = (isNew ? [tables, "PRAGMA application_id = \(applicationID);"] : []) + steps
    try connection.execute("BEGIN IMMEDIATE")
    do throws(StoreError) {
      for step in sql { try connection.execute(step) }
      // Also one that is there: its log begins with it.
      try MarkTable.write(try MarkTable.read(connection) ?? .new(), to: connection)
      try connection.execute("PRAGMA user_version = \(version); COMMIT")
    } catch {
      try? connection.execute("ROLLBACK")
      throw error
    }
  }
}
