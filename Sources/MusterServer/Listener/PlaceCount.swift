internal import Synchronization

/// Counts how many of something there are, up to a bound.
final class PlaceCount: Sendable {
  let placesMax: Int
  private let taken = Mutex(0)

  init(max: Int) { placesMax = max }

  /// Takes a place; false if there is none.
  func take() -> Bool {
    taken.withLock { taken in
      guard taken < placesMax else { return false }
      taken += 1
      return true
    }
  }

  func giveBack() { taken.withLock { $0 -= 1 } }
}
