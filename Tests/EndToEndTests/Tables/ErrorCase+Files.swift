extension ErrorCase {
  /// Files that cannot be imported.
  static let inputs = [
    failed(
      "import DIR/none.csv",
      "There is no file DIR/none.csv; name a CSV file that is there, or - for standard input."),
    failed("import none.csv", "There is no file none.csv in DIR;", "name a CSV file"),
    failed("import DIR", "DIR is a directory; name a CSV file."),
    failed("import DIR/empty.csv", "The file has no header; its first line must name the columns"),
    failed(
      "import DIR/headless.csv", "Unknown column \"a@x.org\" (column 1)",
      "The first line must name the columns"),
    failed("import DIR/utf16.csv", "DIR/utf16.csv", "UTF-16", "save it as UTF-8"),
    failed(
      "import DIR/open.csv", "The quote that opens on line 3 is never closed; add the closing quote"
    ),
    failed(
      "import DIR/wrong.csv", "Unknown column \"emial\" (column 1); did you mean \"email\"?",
      "The column \"name\" (column 3) is there twice.",
      "Unknown form field \"form.patient.idd\" (column 4); did you mean \"form.patient.id\"?",
      "Column 5 has no name.", "Unknown column \"zzz\" (column 6)", "No identifier column",
      "Nothing was imported. The first line must name the columns: correct it, make what is "
        + "missing, or leave such columns out with --ignore-unknown-columns."),
    failed("check DIR/none.db", "There is no file DIR/none.db; name a database, such as a backup."),
  ]

  /// Places that nothing can be written to.
  static let outputs = [
    failed(
      "import DIR/bad.csv --rejects DIR/none/r.csv",
      "Writing the rejects file DIR/none/r.csv will not be possible: No such file or directory",
      "make its directory first, or name another place"),
    failed(
      "import DIR/bad.csv --rejects DIR",
      "DIR is a directory; name a file in it"),
    failed(
      "import DIR/bad.csv --rejects DIR/bad.csv",
      "The rejects file DIR/bad.csv is the file that is imported; name another with --rejects"),
    failed(
      "export --to DIR/none/e.csv", "Writing DIR/none/e.csv failed: No such file or directory",
      "make its directory first, or name another place"),
    failed("export --to DIR", "DIR is a directory; name a file in it"),
    failed(
      "export --to /dev/full", "Writing to /dev/full failed: No space left on device",
      "make room there, or name another place"),
    failed("backup --to DIR/none/b.db", "Writing DIR/none/b.db failed", "make its directory first"),
    failed("backup --to DIR/good.csv", "DIR/good.csv is there already; name another"),
  ]

  /// Words that no command understands.
  static let misuses = [
    misused("imprt DIR/good.csv", "muster has no command imprt; did you mean import?"),
    misused("label renam a b", "muster label has no command renam; did you mean rename?"),
    misused("frobnicate", "there are import, preview, export", "muster --help"),
    misused("import", "Missing expected argument '<file>'", "The CSV file; - is standard input."),
    misused("import DIR/good.csv --rloe user", "Unknown option '--rloe'. Did you mean '--role'?"),
    misused("import DIR/good.csv --role ''", "--role needs a role"),
    misused("import DIR/good.csv --clear-token ''", "--clear-token needs a text"),
    misused("import DIR/good.csv --labels some", "'some'", "one of 'add' and 'replace'"),
    misused("import DIR/good.csv --import-id x", "'x' is invalid", "a UUID"),
    misused("import DIR/good.csv --max-faults=-1", "'-1' is invalid", "1 or more; 0 never does"),
    misused("import DIR/good.csv --max-faults x", "'x' is invalid", "1 or more; 0 never does"),
    misused("import DIR/good.csv --delimiter ab", "'ab' is invalid", "one byte", "the word tab"),
    misused("import DIR/good.csv --delimiter ''", "'' is invalid", "one byte", "the word tab"),
    misused("import DIR/good.csv --delimiter \"", "'\"' is invalid", "one byte", "the word tab"),
    misused("import DIR/good.csv --output xml", "'xml' is invalid", "text", "ndjson"),
    misused("export --with name", "no column 'name' to add", "id, role, created_at and updated_at"),
    misused("imports show x", "'x' is invalid", "a UUID; muster imports list shows it"),
    misused("form create f --field a:txt", "'a:txt' is invalid", "TYPE is text, number, boolean"),
    misused("label create", "Missing expected argument", "a-z, 0-9, _ and -"),
    misused("member get", "exactly one", "--email"),
    misused("member get --id x", "'x' is invalid", "The member's number."),
    misused("signup", "Nothing to sign up; give values such as email=dana@example.org"),
    misused("signup x", "'x' is invalid", "column=value"),
  ]
}
