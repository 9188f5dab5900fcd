/// What to do about files that look too old, by a clock that may be wrong.
///
/// A clock that is years ahead for one command would otherwise take all of them. So a mark is left
/// when something first looks too old, and nothing goes before the clock has stood for a day since.
package enum AgeDecision: Equatable, Sendable {
  /// Leave everything as it is.
  case keep
  /// Leave a mark with the present time, in place of one that is there.
  case mark
  /// Take the mark away.
  case unmark
  /// Remove what is too old.
  case remove

  /// How long the clock has to stand, in seconds.
  package static let standingSeconds = 86_400

  /// Decides it.
  ///
  /// - Parameters:
  ///   - hasOld: Whether something looks too old.
  ///   - now: Seconds since 1970.
  ///   - markedAt: When the mark was left, in seconds since 1970; nil if there is none.
  package init(hasOld: Bool, now: Int, markedAt: Int?) {
    switch markedAt {
    case nil: self = hasOld ? .mark : .keep
    case .some where !hasOld: self = .unmark
    // The clock has gone back behind the mark: one of the two times was wrong.
    case .some(let mark) where mark > now: self = .mark
    case .some(let mark): self = now - mark >= Self.standingSeconds ? .remove : .keep
    }
  }
}
