import MusterTestSupport

/// An option of an import, and what becomes of the same file with and without it.
struct OptionCase: Sendable {
  var options: [String]
  /// What is imported first.
  var before: String?
  var text: String
  /// created, updated, unchanged, rejected; nil for an import that is refused.
  var without: [Int]?
  var with: [Int]?
  /// A column of the member whose external id is o, without the option and with it; nil for a
  /// member that is not there.
  var column: String
  var valueWithout: String?
  var valueWith: String?

  init(
    _ options: String..., before: String? = nil, text: String, without: [Int]?, with: [Int]?,
    _ column: String, _ valueWithout: String?, _ valueWith: String?
  ) {
    self.options = options
    self.before = before
    self.text = text
    self.without = without
    self.with = with
    self.column = column
    self.valueWithout = valueWithout
    self.valueWith = valueWith
  }

  static let all = [
    OptionCase(
      "--role", "nurse", text: "external_id\no\n", without: [1, 0, 0, 0], with: [1, 0, 0, 0],
      "_role", "user", "nurse"),
    OptionCase(
      "--role", "3", text: "external_id\no\n", without: [1, 0, 0, 0], with: [1, 0, 0, 0],
      "_role", "user", "nurse"),
    OptionCase(
      "--role", "nurse", before: "external_id\no\n", text: "external_id,name\no,N\n",
      without: [0, 1, 0, 0], with: [0, 1, 0, 0], "_role", "user", "user"),
    OptionCase(
      "--labels", "replace", before: "external_id,labels\no,vip\n",
      text: "external_id,labels\no,premium\n", without: [0, 1, 0, 0], with: [0, 1, 0, 0],
      "labels", "premium,vip", "premium"),
    OptionCase(
      "--labels", "add", before: "external_id,labels\no,vip\n",
      text: "external_id,labels\no,premium\n", without: [0, 1, 0, 0], with: [0, 1, 0, 0],
      "labels", "premium,vip", "premium,vip"),
    OptionCase(
      "--normalize", text: "external_id,phone\no, +1 (555) 123-45.67\u{A0}\n",
      without: [0, 0, 0, 1], with: [1, 0, 0, 0], "phone", nil, "+15551234567"),
    OptionCase(
      "--normalize", text: "external_id,name\no, N \n", without: [1, 0, 0, 0],
      with: [1, 0, 0, 0], "name", " N ", "N"),
    OptionCase(
      "--clear-token", "NULL", before: "external_id,name\no,N\n",
      text: "external_id,name\no,NULL\n", without: [0, 1, 0, 0], with: [0, 1, 0, 0], "name",
      "NULL", ""),
    OptionCase(
      "--clear-token", "-", before: "external_id,email\no,o@x.org\n",
      text: "external_id,email\no,-\n", without: [0, 0, 0, 1], with: [0, 1, 0, 0], "email",
      "o@x.org", ""),
    OptionCase(
      "--strict-identity", before: "external_id,email\no,o@x.org\n",
      text: "external_id,email\no,new@x.org\n", without: [0, 1, 0, 0], with: [0, 0, 0, 1],
      "email", "new@x.org", "o@x.org"),
    OptionCase(
      "--strict-identity", before: "external_id\no\n", text: "external_id,email\no,new@x.org\n",
      without: [0, 1, 0, 0], with: [0, 1, 0, 0], "email", "new@x.org", "new@x.org"),
    OptionCase(
      "--reject-repeats", text: "external_id,name\no,A\no,B\n", without: [1, 1, 0, 0],
      with: [1, 0, 0, 1], "name", "B", "A"),
    OptionCase(
      "--ignore-unknown-columns", text: "external_id,shoe_size,name\no,44,N\n", without: nil,
      with: [1, 0, 0, 0], "name", nil, "N"),
    OptionCase(
      "--max-faults", "2", text: "external_id,email\no,bad\no,bad\no,bad\no,\n",
      without: [1, 0, 0, 3], with: nil, "email", "", nil),
    OptionCase(
      "--max-faults", "0", text: "external_id,email\no,bad\no,bad\no,bad\no,\n",
      without: [1, 0, 0, 3], with: [1, 0, 0, 3], "email", "", ""),
    OptionCase(
      "--all-or-nothing", text: "external_id,email\no,\nbad,bad\n", without: [1, 0, 0, 1],
      with: [0, 0, 0, 2], "email", "", nil),
    OptionCase(
      "--delimiter", ";", text: "external_id;name\no;N\n", without: nil, with: [1, 0, 0, 0],
      "name", nil, "N"),
    OptionCase(
      "--delimiter", "tab", text: "external_id\tname\no\tN\n", without: nil, with: [1, 0, 0, 0],
      "name", nil, "N"),
    OptionCase(
      "--dry-run", text: "external_id\no\n", without: [1, 0, 0, 0], with: [1, 0, 0, 0],
      "external_id", "o", nil),
  ]
}
