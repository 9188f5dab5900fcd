-- The work of `muster import`, for the sqlite3 shell: reads members.csv of the current directory into
-- a staging table, checks it, and creates or updates members by email, phone or external id.
-- Set-based, so that SQLite is at its best. Where Muster does more, SQLite is let off:
--   * no faults are reported, only counted; no progress; nothing can be resumed;
--   * emails, phones and numbers are checked by patterns that let some wrong ones pass;
--   * two rows of one person in a file would break a unique index and end the import.
-- Both keep journal_mode=WAL, synchronous=FULL, the page size, and what a member is.
.bail on
PRAGMA page_size = 16384;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA temp_store = MEMORY;
-- Four times what Muster's writer has: the three indexes should stay in memory.
PRAGMA cache_size = -262144;

CREATE TABLE IF NOT EXISTS label(slug TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT OR IGNORE INTO label VALUES
  ('alumni'), ('board'), ('donor'), ('east'), ('event-1'), ('event-2'), ('lapsed'), ('newsletter'),
  ('north'), ('partner'), ('premium'), ('press'), ('south'), ('sponsor'), ('staff'), ('student'),
  ('trial'), ('vip'), ('volunteer'), ('west');
CREATE TABLE IF NOT EXISTS member(
  id INTEGER PRIMARY KEY, email TEXT, phone TEXT, external_id TEXT, import_id INTEGER NOT NULL,
  role_id INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT,
  description TEXT, date_of_birth TEXT, labels TEXT, notify_email INTEGER, notify_sms INTEGER,
  notify_voice INTEGER, form_survey_color TEXT, form_survey_size TEXT) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS member_email ON member(email COLLATE NOCASE)
  WHERE email IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS member_phone ON member(phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS member_external_id ON member(external_id)
  WHERE external_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS import(
  id INTEGER PRIMARY KEY, started_at INTEGER NOT NULL, created INTEGER, updated INTEGER,
  unchanged INTEGER, rejected INTEGER) STRICT;

CREATE TEMP TABLE staging(
  email TEXT, phone TEXT, external_id TEXT, name TEXT, date_of_birth TEXT, description TEXT,
  labels TEXT, notify_email TEXT, notify_sms TEXT, notify_voice TEXT, color TEXT, size TEXT);
.import --csv --skip 1 --schema temp members.csv staging

BEGIN IMMEDIATE;
INSERT INTO import(started_at) VALUES(unixepoch());

-- Cells of labels are few: each different one is taken apart once.
CREATE TEMP TABLE label_cell(cell TEXT PRIMARY KEY, is_known INTEGER) WITHOUT ROWID;
INSERT INTO label_cell
  SELECT cell, NOT EXISTS (
    SELECT 1 FROM json_each('["' || replace(cell, ',', '","') || '"]')
    WHERE value NOT IN (SELECT slug FROM main.label))
  FROM (SELECT DISTINCT labels AS cell FROM staging WHERE labels <> '');

-- Which rows break a rule, and whom the others match: -1 for two different members. A row moves its
-- member if it brings an identifier that nobody has.
CREATE TEMP TABLE decision(
  row INTEGER PRIMARY KEY, is_faulty INTEGER NOT NULL, member INTEGER, moves INTEGER NOT NULL);
INSERT INTO decision
  SELECT s.rowid,
    (s.email = '' AND s.phone = '' AND s.external_id = '')
    OR (s.email <> '' AND NOT (
      s.email GLOB '?*@?*.?*' AND s.email NOT GLOB '*@*@*' AND s.email NOT GLOB '*[^!-~]*'
      AND s.email NOT GLOB '*..*' AND s.email NOT GLOB '.*' AND s.email NOT GLOB '*.'
      AND s.email NOT GLOB '*.@*' AND s.email NOT GLOB '*@[.-]*' AND length(s.email) <= 254))
    OR (s.phone <> '' AND NOT (
      s.phone GLOB '+[1-9]*' AND substr(s.phone, 2) NOT GLOB '*[^0-9]*'
      AND length(s.phone) BETWEEN 8 AND 16))
    OR (s.date_of_birth <> '' AND NOT (
      s.date_of_birth GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'
      AND date(s.date_of_birth, '+0 days') IS s.date_of_birth AND s.date_of_birth <= date('now')))
    OR (s.labels <> '' AND NOT l.is_known)
    OR lower(s.notify_email) NOT IN ('', 'true', 'false', '1', '0')
    OR lower(s.notify_sms) NOT IN ('', 'true', 'false', '1', '0')
    OR lower(s.notify_voice) NOT IN ('', 'true', 'false', '1', '0')
    OR s.color NOT IN ('', 'black', 'blue', 'green', 'red', 'white')
    OR (s.size <> '' AND (s.size GLOB '*[^-+.0-9eE]*' OR s.size NOT GLOB '*[0-9]*')),
    CASE
      WHEN e.id <> p.id OR e.id <> x.id OR p.id <> x.id THEN -1
      ELSE coalesce(e.id, p.id, x.id)
    END,
    (s.email <> '' AND e.id IS NULL) OR (s.phone <> '' AND p.id IS NULL)
      OR (s.external_id <> '' AND x.id IS NULL)
  FROM staging s
    LEFT JOIN label_cell l ON l.cell = s.labels
    LEFT JOIN member e ON s.email <> '' AND e.email = s.email COLLATE NOCASE
    LEFT JOIN member p ON s.phone <> '' AND p.phone = s.phone
    LEFT JOIN member x ON s.external_id <> '' AND x.external_id = s.external_id;

-- New members, in the order of their rows.
INSERT INTO member(
    email, phone, external_id, import_id, role_id, created_at, updated_at, name, description,
    date_of_birth, labels, notify_email, notify_sms, notify_voice, form_survey_color,
    form_survey_size)
  SELECT nullif(email, ''), nullif(phone, ''), nullif(external_id, ''),
    (SELECT max(id) FROM import), 2, unixepoch(), unixepoch(), nullif(name, ''),
    nullif(description, ''), nullif(date_of_birth, ''), nullif(labels, ''),
    CASE WHEN notify_email <> '' THEN lower(notify_email) IN ('true', '1') END,
    CASE WHEN notify_sms <> '' THEN lower(notify_sms) IN ('true', '1') END,
    CASE WHEN notify_voice <> '' THEN lower(notify_voice) IN ('true', '1') END,
    nullif(color, ''), nullif(size, '')
  FROM decision JOIN staging ON staging.rowid = decision.row
  WHERE NOT is_faulty AND member IS NULL ORDER BY decision.row;
UPDATE import SET created = changes() WHERE id = (SELECT max(id) FROM import);

-- Members that were there: cells that are not blank, and only where one of them says something new.
-- Labels are added; taking cells apart is left for those that are not what the member has.
-- Identifiers are set apart from the rest: naming an indexed column writes its index again.
UPDATE member SET
    name = coalesce(nullif(s.name, ''), member.name),
    description = coalesce(nullif(s.description, ''), member.description),
    date_of_birth = coalesce(nullif(s.date_of_birth, ''), member.date_of_birth),
    labels = CASE WHEN s.labels = '' OR s.labels IS member.labels THEN member.labels ELSE (
      SELECT group_concat(value) FROM (
        SELECT DISTINCT value
        FROM json_each('["' || replace(s.labels || coalesce(',' || member.labels, ''), ',', '","')
          || '"]') ORDER BY value)) END,
    notify_email = CASE WHEN s.notify_email = '' THEN member.notify_email
      ELSE lower(s.notify_email) IN ('true', '1') END,
    notify_sms = CASE WHEN s.notify_sms = '' THEN member.notify_sms
      ELSE lower(s.notify_sms) IN ('true', '1') END,
    notify_voice = CASE WHEN s.notify_voice = '' THEN member.notify_voice
      ELSE lower(s.notify_voice) IN ('true', '1') END,
    form_survey_color = coalesce(nullif(s.color, ''), member.form_survey_color),
    form_survey_size = coalesce(nullif(s.size, ''), member.form_survey_size),
    import_id = (SELECT max(id) FROM import), updated_at = unixepoch()
  FROM decision d JOIN staging s ON s.rowid = d.row
  WHERE member.id = d.member AND NOT d.is_faulty AND (
    d.moves OR (s.name <> '' AND s.name IS NOT member.name)
    OR (s.description <> '' AND s.description IS NOT member.description)
    OR (s.date_of_birth <> '' AND s.date_of_birth IS NOT member.date_of_birth)
    OR (s.labels <> '' AND s.labels IS NOT member.labels)
    OR (s.notify_email <> ''
      AND (lower(s.notify_email) IN ('true', '1')) IS NOT member.notify_email)
    OR (s.notify_sms <> '' AND (lower(s.notify_sms) IN ('true', '1')) IS NOT member.notify_sms)
    OR (s.notify_voice <> ''
      AND (lower(s.notify_voice) IN ('true', '1')) IS NOT member.notify_voice)
    OR (s.color <> '' AND s.color IS NOT member.form_survey_color)
    OR (s.size <> '' AND s.size IS NOT member.form_survey_size));
UPDATE import SET updated = changes() WHERE id = (SELECT max(id) FROM import);

UPDATE member SET
    email = CASE WHEN s.email = '' OR s.email = member.email COLLATE NOCASE
      THEN member.email ELSE s.email END,
    phone = coalesce(nullif(s.phone, ''), member.phone),
    external_id = coalesce(nullif(s.external_id, ''), member.external_id)
  FROM decision d JOIN staging s ON s.rowid = d.row
  WHERE d.moves AND NOT d.is_faulty AND member.id = d.member;

-- Rows that are faulty or match two members are rejected; what is left was unchanged.
UPDATE import SET rejected = (SELECT count(*) FROM decision WHERE is_faulty OR member = -1)
  WHERE id = (SELECT max(id) FROM import);
UPDATE import SET unchanged = (SELECT count(*) FROM decision) - created - updated - rejected
  WHERE id = (SELECT max(id) FROM import);
COMMIT;
SELECT created, updated, unchanged, rejected FROM import ORDER BY id DESC LIMIT 1;
