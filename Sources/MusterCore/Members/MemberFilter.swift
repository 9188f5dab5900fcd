/// Which members a listing, or an export, is to have: those that meet every condition.
public struct MemberFilter: Sendable, Equatable {
  /// The number of the role that they have; nil for any.
  public var roleID: Int64?
  /// Slugs of labels that they all have.
  public var labels: [String] = []
  /// What one of name, email, phone and external id has in it, whatever the case of ASCII letters.
  public private(set) var text: [UInt8] = []
  /// For each length of a part of the text that was found: how much of it may be the beginning of
  /// another place where the text stands (Knuth, Morris and Pratt 1977).
  private var restarts: [Int] = []

  /// Bytes of a text that is looked for: as much as an email has, and the terminal's width.
  public static let textBytesMax = 256
  /// Labels of one filter.
  public static let labelsMax = 100

  /// All members.
  public init() {}

  /// Settles what a caller asks for; empty texts and no labels ask for nothing.
  ///
  /// - Parameter role: The slug or the number of a role.
  /// - Throws: `invalidArgument` for a role or a label that the workspace does not have, and for a
  ///   text that is too long.
  public init(
    role: String, labels: [String], text: String, catalogue: Catalogue
  ) throws(StoreError) {
    if !role.isEmpty { roleID = try catalogue.role(named: role).id }
    guard labels.count <= Self.labelsMax else {
      throw StoreError(
        field: "labels", "More than \(Self.labelsMax) labels were asked for; name fewer.")
    }
    for (place, label) in labels.enumerated() {
      try catalogue.checkLabel(label, field: "labels[\(place)]")
    }
    self.labels = labels
    guard text.utf8.count <= Self.textBytesMax else {
      throw StoreError(
        field: "text",
        "The text to look for has more than \(Self.textBytesMax) bytes; use a part of it.")
    }
    self.text = text.utf8.map(EmailKey.folded)
    restarts = Self.restarts(of: self.text)
  }

  /// Whether every member meets it.
  public var isEmpty: Bool { self == MemberFilter() }

  /// Whether a member meets every condition.
  ///
  /// - Parameters:
  ///   - roleID: The number of the member's role.
  ///   - value: Its stored values; asked for those that the filter needs only.
  /// - Complexity: O(bytes looked at), for labels times their number; without allocating.
  public func accepts(roleID: Int64, value: (MemberField) -> CellBytes) -> Bool {
    if let wanted = self.roleID, wanted != roleID { return false }
    if !labels.isEmpty {
      let stored = unsafe value(.labels)
      guard labels.allSatisfy({ unsafe Self.hasLabel(stored, $0) }) else { return false }
    }
    guard !text.isEmpty else { return true }
    return Self.searched.contains { unsafe has(text: value($0)) }
  }

  private static let searched: [MemberField] = [.name, .email, .phone, .externalID]

  /// Whether stored labels, slugs joined by commas, have one.
  private static func hasLabel(_ stored: CellBytes, _ label: String) -> Bool {
    unsafe stored.withSpan { stored in
      var start = 0
      while start < stored.count {
        var end = start
        while end < stored.count, stored[end] != UInt8(ascii: ",") { end += 1 }
        if isSame(stored, start..<end, label.utf8) { return true }
        start = end + 1
      }
      return false
    }
  }

  private static func isSame(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ text: String.UTF8View
  ) -> Bool {
    guard range.count == text.count else { return false }
    var place = range.lowerBound
    for byte in text {
      if bytes[place] != byte { return false }
      place += 1
    }
    return true
  }

  private func has(text value: CellBytes) -> Bool {
    unsafe value.withSpan { value in
      guard value.count >= text.count else { return false }
      var length = 0
      for place in 0..<value.count {
        let byte = EmailKey.folded(value[place])
        while length > 0, text[length] != byte { length = restarts[length - 1] }
        if text[length] == byte { length += 1 }
        if length == text.count { return true }
      }
      return false
    }
  }

  private static func restarts(of text: [UInt8]) -> [Int] {
    var restarts = [Int](repeating: 0, count: text.count)
    var length = 0
    for place in text.indices.dropFirst() {
      while length > 0, text[length] != text[place] { length = restarts[length - 1] }
      if text[length] == text[place] { length += 1 }
      restarts[place] = length
    }
    return restarts
  }
}
