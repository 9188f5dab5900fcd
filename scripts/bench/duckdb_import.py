"""The work of `muster import`, for DuckDB: reads a CSV file, checks it, and creates or updates members
by email, phone or external id.

Set-based, with the statements that were fastest of those tried: the file is read and checked on all
cores in one go, without keeping the order of its rows; there is no index, only hash joins; members
that change are deleted and inserted, which took less than an UPDATE. Durable, too: DuckDB syncs its
files when a transaction commits. Where Muster does more, DuckDB is let off:
  * no faults are reported, only counted; no progress; nothing can be resumed;
  * numbers are checked by a pattern that lets some wrong ones pass;
  * members are numbered in any order;
  * two rows of one person in a file end the import.

    python duckdb_import.py DATABASE FILE    imports: prints created|updated|unchanged|rejected
    python duckdb_import.py DATABASE         prints all members, as CSV
"""
import csv
import sys

import duckdb

TABLES = """
CREATE TABLE IF NOT EXISTS label(slug VARCHAR);
INSERT INTO label SELECT unnest(?::VARCHAR[]) WHERE NOT EXISTS (FROM label);
CREATE SEQUENCE IF NOT EXISTS member_id;
CREATE TABLE IF NOT EXISTS member(
  id BIGINT, email VARCHAR, phone VARCHAR, external_id VARCHAR, import_id BIGINT, role_id BIGINT,
  created_at TIMESTAMP, updated_at TIMESTAMP, name VARCHAR, description VARCHAR, date_of_birth VARCHAR,
  labels VARCHAR, notify_email BOOLEAN, notify_sms BOOLEAN, notify_voice BOOLEAN, color VARCHAR,
  size VARCHAR);
CREATE TABLE IF NOT EXISTS import(
  id BIGINT, started_at TIMESTAMP, created BIGINT, updated BIGINT, unchanged BIGINT, rejected BIGINT);
"""
LABELS = (
    "alumni board donor east event-1 event-2 lapsed newsletter north partner premium press south"
    " sponsor staff student trial vip volunteer west"
).split()
COLUMNS = (
    "email phone external_id name date_of_birth description labels notify_email notify_sms notify_voice"
    " color size"
).split()

# A blank cell is NULL. Printable, with no dot at either end of the local part, nor two in a row.
STAGING = r"""
CREATE TEMP TABLE staging AS
SELECT * EXCLUDE (notify_email, notify_sms, notify_voice),
  CASE lower(notify_email) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false
    WHEN '0' THEN false END AS notify_email,
  CASE lower(notify_sms) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false
    WHEN '0' THEN false END AS notify_sms,
  CASE lower(notify_voice) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false
    WHEN '0' THEN false END AS notify_voice,
  coalesce(email, phone, external_id) IS NULL
    OR NOT coalesce(length(email) <= 254 AND regexp_full_match(email,
      '[!-\-/-?A-~]+(\.[!-\-/-?A-~]+)*@[!-,/-?A-~][!-\-/-?A-~]*(\.[!-\-/-?A-~]+)+'), true)
    OR NOT coalesce(regexp_full_match(phone, '\+[1-9][0-9]{6,14}'), true)
    OR (date_of_birth IS NOT NULL AND NOT coalesce(
      CAST(TRY_CAST(date_of_birth AS DATE) AS VARCHAR) = date_of_birth
        AND TRY_CAST(date_of_birth AS DATE) <= current_date, false))
    OR (notify_email IS NOT NULL AND lower(notify_email) NOT IN ('true', 'false', '1', '0'))
    OR (notify_sms IS NOT NULL AND lower(notify_sms) NOT IN ('true', 'false', '1', '0'))
    OR (notify_voice IS NOT NULL AND lower(notify_voice) NOT IN ('true', 'false', '1', '0'))
    OR (color IS NOT NULL AND color NOT IN ('black', 'blue', 'green', 'red', 'white'))
    OR NOT coalesce(regexp_full_match(size, '[-+.0-9eE]*[0-9][-+.0-9eE]*'), true) AS is_faulty
FROM read_csv(?, header = true, delim = ',', quote = '"', escape = '"', auto_detect = false,
  nullstr = '', columns = {columns})
"""

# Whom a row matches: -1 for two different members. Cells of labels are few: each different one is
# taken apart once.
DECISION = """
CREATE TEMP TABLE decision AS
WITH known AS MATERIALIZED (
  SELECT cell, list_has_all((SELECT list(slug) FROM label), string_split(cell, ',')) AS is_known
  FROM (SELECT DISTINCT labels AS cell FROM staging WHERE labels IS NOT NULL))
SELECT s.* EXCLUDE (is_faulty), s.is_faulty OR NOT coalesce(k.is_known, true) AS is_faulty,
  {member} AS member
FROM staging s LEFT JOIN known k ON k.cell = s.labels {members}
"""
MATCHES = {
    "member": """CASE WHEN e.id <> p.id OR e.id <> x.id OR p.id <> x.id THEN -1
    ELSE coalesce(e.id, p.id, x.id) END""",
    "members": """
  LEFT JOIN member e ON lower(e.email) = lower(s.email)
  LEFT JOIN member p ON p.phone = s.phone
  LEFT JOIN member x ON x.external_id = s.external_id""",
}
# In an empty store nobody needs to be looked for.
NO_MATCHES = {"member": "NULL::BIGINT", "members": ""}

# Nothing else keeps identifiers unique.
REPEATS = """
SELECT count(email) - count(DISTINCT lower(email)) + count(phone) - count(DISTINCT phone)
  + count(external_id) - count(DISTINCT external_id)
FROM decision WHERE NOT is_faulty AND member IS DISTINCT FROM -1
"""

INSERT = """
INSERT INTO member
SELECT nextval('member_id'), email, phone, external_id, ?, 2, current_timestamp,
  current_timestamp, name, description, date_of_birth, labels, notify_email, notify_sms, notify_voice,
  color, size
FROM decision WHERE NOT is_faulty AND member IS NULL
"""

# Members that were there, as they will be: cells that are not blank, and only where one of them says
# something new.
CHANGES = """
CREATE TEMP TABLE after AS
SELECT member.id,
    CASE WHEN d.email IS NULL OR lower(d.email) = lower(member.email) THEN member.email
      ELSE d.email END AS email,
    coalesce(d.phone, member.phone) AS phone,
    coalesce(d.external_id, member.external_id) AS external_id,
    ?::BIGINT AS import_id, member.role_id, member.created_at, current_timestamp AS updated_at,
    coalesce(d.name, member.name) AS name,
    coalesce(d.description, member.description) AS description,
    coalesce(d.date_of_birth, member.date_of_birth) AS date_of_birth,
    CASE WHEN d.labels IS NULL OR d.labels = member.labels THEN member.labels
      ELSE array_to_string(list_sort(list_distinct(
        string_split(concat_ws(',', d.labels, member.labels), ','))), ',') END AS labels,
    coalesce(d.notify_email, member.notify_email) AS notify_email,
    coalesce(d.notify_sms, member.notify_sms) AS notify_sms,
    coalesce(d.notify_voice, member.notify_voice) AS notify_voice,
    coalesce(d.color, member.color) AS color, coalesce(d.size, member.size) AS size
  FROM decision d JOIN member ON member.id = d.member
  WHERE NOT d.is_faulty AND (
    lower(d.email) IS DISTINCT FROM coalesce(lower(member.email), '') AND d.email IS NOT NULL
    OR d.phone IS NOT NULL AND d.phone IS DISTINCT FROM member.phone
    OR d.external_id IS NOT NULL AND d.external_id IS DISTINCT FROM member.external_id
    OR d.name IS NOT NULL AND d.name IS DISTINCT FROM member.name
    OR d.description IS NOT NULL AND d.description IS DISTINCT FROM member.description
    OR d.date_of_birth IS NOT NULL AND d.date_of_birth IS DISTINCT FROM member.date_of_birth
    OR d.labels IS NOT NULL AND d.labels IS DISTINCT FROM member.labels
    OR d.notify_email IS NOT NULL AND d.notify_email IS DISTINCT FROM member.notify_email
    OR d.notify_sms IS NOT NULL AND d.notify_sms IS DISTINCT FROM member.notify_sms
    OR d.notify_voice IS NOT NULL AND d.notify_voice IS DISTINCT FROM member.notify_voice
    OR d.color IS NOT NULL AND d.color IS DISTINCT FROM member.color
    OR d.size IS NOT NULL AND d.size IS DISTINCT FROM member.size)
"""

MEMBERS = """
SELECT email, phone, external_id, name, description, date_of_birth, labels, notify_email::VARCHAR,
  notify_sms::VARCHAR, notify_voice::VARCHAR, color, size FROM member
"""


def import_file(store, path):
    """Imports a file in one transaction: created, updated, unchanged, rejected."""

    def count(statement, *parameters):
        return store.execute(statement, parameters or None).fetchone()[0]

    store.execute("SET preserve_insertion_order = false")
    store.execute("BEGIN")
    for statement in TABLES.strip().split(";\n"):
        store.execute(statement, [LABELS] if "?" in statement else None)
    number = count("SELECT count(*) + 1 FROM import")
    columns = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS) + "}"
    store.execute(STAGING.replace("{columns}", columns), [path])
    is_first = count("SELECT count(*) FROM member") == 0
    store.execute(DECISION.format(**(NO_MATCHES if is_first else MATCHES)))
    if count(REPEATS) != 0:
        sys.exit("Two rows of one person.")
    created = count(INSERT, number)
    updated = 0 if is_first else count(CHANGES, number)
    if updated > 0:
        store.execute("DELETE FROM member WHERE id IN (SELECT id FROM after)")
        store.execute("INSERT INTO member FROM after")
    rows = count("SELECT count(*) FROM decision")
    rejected = count("SELECT count(*) FROM decision WHERE is_faulty OR member = -1")
    counts = [created, updated, rows - created - updated - rejected, rejected]
    store.execute("INSERT INTO import VALUES (?, current_timestamp, ?, ?, ?, ?)", [number, *counts])
    store.execute("COMMIT")
    return counts


def print_members(store):
    writer = csv.writer(sys.stdout, lineterminator="\n")
    found = store.execute(MEMBERS)
    while rows := found.fetchmany(10_000):
        writer.writerows(rows)


with duckdb.connect(sys.argv[1]) as database:
    if len(sys.argv) == 2:
        print_members(database)
    else:
        print("|".join(map(str, import_file(database, sys.argv[2]))))
