extension ErrorCase {
  /// Sockets that nobody answers at.
  static let sockets = [
    failed(
      "--socket DIR/none import DIR/good.csv", "There is no socket at DIR/none; start musterd",
      "Nothing was imported."),
    failed(
      "--socket DIR/good.csv import DIR/good.csv", "DIR/good.csv is no socket",
      "name the one that musterd listens on", "Nothing was imported."),
    failed("--socket DIR export", "DIR is no socket", "name the one that musterd listens on"),
    failed(
      "--socket DIR/\(String(repeating: "x", count: 120)) health",
      "bytes, and a socket's may have 107",
      "name a shorter one"),
    failed("--socket '' health", "The socket's path is empty", "name the socket"),
  ]

  /// Names that nobody has given.
  static let names = [
    failed(
      "--workspace nort import DIR/good.csv", "The workspace nort does not exist",
      "did you mean north?", "muster workspace create nort", "Nothing was imported."),
    failed(
      "--workspace elsewhere export", "The workspace elsewhere does not exist",
      "make it with: muster workspace create elsewhere"),
    failed("--workspace nort label list", "did you mean north?"),
    failed("workspace delete nort", "did you mean north?"),
    failed(
      "--workspace No import DIR/good.csv", "The workspace name \"No\" is not a slug",
      "small letters, digits, - and _, at most 64", "Nothing was imported."),
    failed("workspace create A", "The workspace name \"A\" is not a slug", "small letters"),
    failed("workspace create north", "The workspace north exists already."),
    failed(
      "import DIR/good.csv --role usr", "The role \"usr\" does not exist; did you mean user?",
      "The workspace has: manager, user.", "Nothing was imported."),
    failed(
      "import DIR/good.csv --role 99", "The role \"99\" does not exist.",
      "The workspace has: manager, user."),
    failed("export --role usr", "did you mean user?", "The workspace has: manager, user."),
    failed("member list --label vpi", "The label \"vpi\" does not exist; did you mean vip?"),
    failed("label delete vpi", "The label \"vpi\" does not exist; did you mean vip?"),
    failed("label create B", "The label \"B\" is not a slug", "small letters, digits"),
    failed("role delete manger", "The role \"manger\" does not exist; did you mean manager?"),
    failed("form delete patint", "The form \"patint\" does not exist; did you mean patient?"),
    failed(
      "form rename-field patient idd x", "The form field \"idd\" does not exist; did you mean id?"),
    failed("form add-field patient id:text", "The form field id exists already"),
    failed(
      "signup emial=x", "Unknown column \"emial\" (column 1); did you mean \"email\"?",
      "No identifier column: one of email, phone and external_id is needed."),
  ]

  /// Members and imports that nobody has.
  static let entries = [
    failed(
      "member get --email nobody@x.org", "has no member with this email",
      "look for it with: muster member list --text PART"),
    failed("member delete --id 99", "has no member with this id", "muster member list"),
    failed(
      "imports show NOBODY", "knows no import NOBODY; list those it knows with: muster imports list"
    ),
    failed("imports faults NOBODY", "knows no import NOBODY", "muster imports list"),
    failed("imports undo NOBODY", "knows no import NOBODY", "muster imports list"),
    failed("imports cancel NOBODY", "knows no import NOBODY", "muster imports list"),
    failed("imports watch NOBODY", "knows no import NOBODY", "muster imports list"),
  ]
}
