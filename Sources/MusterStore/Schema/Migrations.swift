/// What brings a file from one layout to the next; the first step leads from layout 1 to 2.
///
/// A step that has been released is never changed: files that it made are out there.
enum Migrations {
  static let steps = [
    undo, retention, consent, deletion, normalizing, retentionTime, identity, marking,
  ]

  /// Layout 2: what undoing an import needs, and when an import was last heard of.
  private static let undo = """
    -- touched_at: seconds since 1970 of the import's last commit. has_images: whether its
    -- before-images are complete. kept: what undoing it could not take back.
    ALTER TABLE import ADD COLUMN touched_at INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE import ADD COLUMN has_images INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE import ADD COLUMN undone_created INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE import ADD COLUMN undone_updated INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE import ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;
    UPDATE import SET touched_at = max(started_at, finished_at);
    -- Before-images, many to a blob, in the order in which they were made.
    CREATE TABLE import_image(
      import_seq INTEGER NOT NULL REFERENCES import(seq), place INTEGER NOT NULL,
      images BLOB NOT NULL, PRIMARY KEY(import_seq, place)) STRICT;
    CREATE TABLE import_kept(
      import_seq INTEGER NOT NULL REFERENCES import(seq), place INTEGER NOT NULL,
      member INTEGER NOT NULL, column_name TEXT, reason TEXT NOT NULL,
      PRIMARY KEY(import_seq, place)) STRICT, WITHOUT ROWID;
    -- last_member: the highest member number that was ever given away, once members were deleted.
    CREATE TABLE counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    """

  /// Layout 3: finds open imports, and those that can be undone, among any number of others.
  private static let retention = """
    CREATE INDEX import_by_state ON import(state, seq);
    CREATE INDEX import_undoable ON import(seq) WHERE has_images = 1;
    """

  /// Layout 4: how often an import gave or took a member's consent to be notified.
  private static let consent = """
    ALTER TABLE import ADD COLUMN opt_ins INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE import ADD COLUMN opt_outs INTEGER NOT NULL DEFAULT 0;
    """

  /// Layout 5: what goes with a member that is deleted.
  private static let deletion = """
    -- The members that the row of a fault was about.
    CREATE TABLE import_fault_member(
      import_seq INTEGER NOT NULL REFERENCES import(seq), place INTEGER NOT NULL,
      member INTEGER NOT NULL, PRIMARY KEY(import_seq, place, member)) STRICT, WITHOUT ROWID;
    CREATE INDEX import_fault_of_member ON import_fault_member(member);
    -- Members that are deleted, and whose before-images may still be there.
    CREATE TABLE erasure(member INTEGER PRIMARY KEY) STRICT;
    """

  /// Layout 6: how many cells of an import were stored otherwise than they were sent.
  private static let normalizing = """
    ALTER TABLE import ADD COLUMN normalized INTEGER NOT NULL DEFAULT 0;
    """

  /// Layout 7: when an import was last touched by the time that retention goes by, which does not
  /// jump; where that stands is in the counters whose names begin with retention.
  private static let retentionTime = """
    ALTER TABLE import ADD COLUMN retention_at INTEGER NOT NULL DEFAULT 0;
    UPDATE import SET retention_at = touched_at;
    """

  /// Layout 8: what tells an import from another one under its id.
  private static let identity = """
    -- row_digest: that of the rows before next_row, NULL if the import began in an older version.
    -- declared_*: what was declared when it began first; 0 is nothing.
    ALTER TABLE import ADD COLUMN row_digest INTEGER;
    ALTER TABLE import ADD COLUMN declared_rows INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE import ADD COLUMN declared_cell_bytes INTEGER NOT NULL DEFAULT 0;
    """

  /// Layout 9: which store a file is, and which log belongs to it.
  private static let marking = MarkTable.sql
}
