/// Over how many pages of the file changes are spread, by the numbers of the members: pure.
///
/// Members lie in the order of their numbers, so that neighbours share a page. Where the pages end
/// is not known; runs of as many numbers as a page has members stand for them.
struct PageSpread: Equatable {
  /// Bytes of a page that records fill, as a rule: pages that were divided are not full.
  static let filledBytes = Connection.pageBytes * 85 / 100
  /// Bytes of a record beside its values: its header, numbers and times.
  static let recordBytes = 48

  let membersPerPage: Int
  private(set) var pageCount = 0
  private var seen: [UInt64] = []

  /// - Parameter membersPerPage: At least 1.
  init(membersPerPage: Int = 1) { self.membersPerPage = max(1, membersPerPage) }

  /// How many members have room on a page, by the bytes of one's values.
  static func membersPerPage(valueBytes: Int) -> Int {
    max(1, filledBytes / (valueBytes + recordBytes))
  }

  /// Counts the page of a member, unless it is counted already.
  mutating func insert(_ member: UInt32) {
    let page = Int(member) / membersPerPage
    let (word, bit) = (page / 64, UInt64(1) << UInt64(page % 64))
    if word >= seen.count { seen += Array(repeating: 0, count: word + 1 - seen.count) }
    guard seen[word] & bit == 0 else { return }
    seen[word] |= bit
    pageCount += 1
  }
}
