internal import MusterCore

/// What a list call hands out to go on from: the number of the last element of a page.
enum PageToken {
  /// The number that a token stands for; nil for an empty token, with which a list begins.
  ///
  /// - Throws: `invalidArgument` for one that no page gave.
  static func number(_ token: String) throws(StoreError) -> UInt64? {
    if token.isEmpty { return nil }
    guard let number = UInt64(token), number > 0 else {
      throw StoreError(
        field: "page_token", "The page token is none that this call gave; begin without one.")
    }
    return number
  }
}
