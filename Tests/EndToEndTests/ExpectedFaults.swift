/// What is wrong with `members-faulty-300.csv`, found by reading the file beside the shapes that
/// `make-members.py` spoils rows with; no code of ours had a hand in it.
enum ExpectedFaults {
  struct Entry: Equatable {
    var row: Int
    var line: Int
    var column: String?
    var code: String
    var message: String

    init(_ row: Int, _ line: Int, _ column: String?, _ code: String, _ message: String) {
      self.row = row
      self.line = line
      self.column = column
      self.code = code
      self.message = message
    }
  }

  /// In the order of the rows; no row has two.
  static let all: [Entry] = [
    Entry(3, 4, nil, "no_identifier", "No identifier provided"),
    Entry(4, 5, "phone", "invalid_phone", "Invalid phone format"),
    Entry(8, 9, "name", "nul_character", "Text contains a NUL character"),
    Entry(11, 12, nil, "no_identifier", "No identifier provided"),
    Entry(17, 18, "labels", "unknown_label", "Unknown label"),
    Entry(19, 20, "notify_email", "invalid_boolean", "Invalid true/false value"),
    Entry(20, 21, "notify_email", "invalid_boolean", "Invalid true/false value"),
    Entry(25, 26, "phone", "invalid_phone", "Invalid phone format"),
    Entry(34, 35, "name", "nul_character", "Text contains a NUL character"),
    Entry(38, 39, nil, "no_identifier", "No identifier provided"),
    Entry(44, 45, nil, "no_identifier", "No identifier provided"),
    Entry(54, 55, "form.survey.size", "invalid_form_value", "Invalid form value"),
    Entry(58, 59, "name", "nul_character", "Text contains a NUL character"),
    Entry(62, 63, "phone", "invalid_phone", "Invalid phone format"),
    Entry(76, 77, "labels", "unknown_label", "Unknown label"),
    Entry(78, 79, "form.survey.size", "invalid_form_value", "Invalid form value"),
    Entry(86, 87, "email", "invalid_email", "Invalid email format"),
    Entry(88, 89, "date_of_birth", "invalid_date", "Invalid date format"),
    Entry(93, 94, "email", "invalid_email", "Invalid email format"),
    Entry(95, 96, "email", "invalid_email", "Invalid email format"),
    Entry(98, 99, "notify_email", "invalid_boolean", "Invalid true/false value"),
    Entry(99, 100, nil, "no_identifier", "No identifier provided"),
    Entry(100, 101, "phone", "invalid_phone", "Invalid phone format"),
    Entry(113, 114, nil, "no_identifier", "No identifier provided"),
    Entry(114, 115, "name", "nul_character", "Text contains a NUL character"),
    Entry(127, 128, "date_of_birth", "invalid_date", "Invalid date format"),
    Entry(134, 135, "email", "invalid_email", "Invalid email format"),
    Entry(135, 136, "date_of_birth", "invalid_date", "Invalid date format"),
    Entry(136, 137, "labels", "unknown_label", "Unknown label"),
    Entry(156, 157, "name", "nul_character", "Text contains a NUL character"),
    Entry(162, 163, nil, "no_identifier", "No identifier provided"),
    Entry(171, 172, "date_of_birth", "invalid_date", "Invalid date format"),
    Entry(172, 173, "phone", "invalid_phone", "Invalid phone format"),
    Entry(177, 178, "name", "nul_character", "Text contains a NUL character"),
    Entry(183, 184, "phone", "invalid_phone", "Invalid phone format"),
    Entry(185, 186, "name", "nul_character", "Text contains a NUL character"),
    Entry(188, 189, "date_of_birth", "invalid_date", "Invalid date format"),
    Entry(207, 208, "date_of_birth", "invalid_date", "Invalid date format"),
    Entry(210, 211, "labels", "unknown_label", "Unknown label"),
    Entry(212, 213, "phone", "invalid_phone", "Invalid phone format"),
    Entry(220, 221, "email", "invalid_email", "Invalid email format"),
    Entry(224, 225, nil, "no_identifier", "No identifier provided"),
    Entry(229, 230, "form.survey.size", "invalid_form_value", "Invalid form value"),
    Entry(245, 246, "form.survey.size", "invalid_form_value", "Invalid form value"),
    Entry(246, 247, "email", "invalid_email", "Invalid email format"),
    Entry(248, 249, "labels", "unknown_label", "Unknown label"),
    Entry(253, 254, "form.survey.size", "invalid_form_value", "Invalid form value"),
    Entry(255, 256, "notify_email", "invalid_boolean", "Invalid true/false value"),
    Entry(256, 257, "date_of_birth", "invalid_date", "Invalid date format"),
    Entry(261, 262, "email", "invalid_email", "Invalid email format"),
    Entry(273, 274, nil, "no_identifier", "No identifier provided"),
    Entry(276, 277, "name", "nul_character", "Text contains a NUL character"),
    Entry(277, 278, nil, "no_identifier", "No identifier provided"),
    Entry(278, 279, "name", "nul_character", "Text contains a NUL character"),
    Entry(280, 281, "labels", "unknown_label", "Unknown label"),
    Entry(281, 282, nil, "no_identifier", "No identifier provided"),
    Entry(284, 285, "phone", "invalid_phone", "Invalid phone format"),
    Entry(296, 297, "date_of_birth", "invalid_date", "Invalid date format"),
  ]
}
