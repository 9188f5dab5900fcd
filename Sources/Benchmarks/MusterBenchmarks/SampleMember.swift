internal import MusterCore

/// A made-up member, of the size that real ones have: the same for the same number.
struct SampleMember {
  let cells: [[UInt8]]

  static let columns = [
    "email", "phone", "external_id", "name", "date_of_birth", "description", "labels",
    "notify_email", "notify_sms", "notify_voice", "form.survey.color", "form.survey.size",
  ]
  static let labels = ["board", "donor", "press", "vip"]

  /// - Parameter note: The description: what a changed member has another one of.
  init(_ number: Int, note: String = "") {
    // External ids in no order: what a secondary index on them would have to bear.
    let mixed = UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15
    let hasForm = number % 2 == 0
    cells = [
      "anna.nowak\(mixed % 100_000_000_000)@example.org", "+1\(2_000_000_000 + number)",
      String(mixed, radix: 16), "Anna Nowak", "1980-06-15", note,
      Self.labels[number % 4], "true", "", "0", hasForm ? "green" : "", hasForm ? "42" : "",
    ].map { Array($0.utf8) }
  }
}
