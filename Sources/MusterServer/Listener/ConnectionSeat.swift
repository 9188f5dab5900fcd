internal import MusterCore
internal import Synchronization

/// What a connection holds of the bound on connections: a place in which it is served, or one in
/// which it waits for that.
///
/// A connection that waits is let in so that its calls can be answered: each is refused with a
/// status that says why, or takes the place for the connection if there is one by then. So a
/// client that calls again needs no other connection.
final class ConnectionSeat: Sendable {
  private enum State {
    case serving
    case waiting
    case closed
  }

  private let user: UInt32
  /// The places that a connection of this peer needs all of.
  private let places: [SharedPlaces]
  private let waitingPlaces: SharedPlaces
  private let state: Mutex<State>

  /// How many connections are served in all.
  var placesMax: Int { places.map(\.placesMax).min() ?? 0 }

  /// Takes the places, or else one in which to wait; nil if there is neither.
  ///
  /// - Parameter canWait: Whether the connection is let in to wait at all.
  init?(_ places: [SharedPlaces], waiting: SharedPlaces, for user: UInt32, canWait: Bool) {
    self.user = user
    self.places = places
    waitingPlaces = waiting
    if Self.take(places, for: user) {
      state = Mutex(.serving)
    } else if canWait, waiting.take(for: user) {
      state = Mutex(.waiting)
    } else {
      return nil
    }
  }

  /// Whether the connection is served, from now on if it had to wait.
  func isServed() -> Bool {
    state.withLock { state in
      guard case .waiting = state else { return true }
      guard Self.take(places, for: user) else { return false }
      waitingPlaces.giveBack(of: user)
      state = .serving
      return true
    }
  }

  /// Gives back what the connection holds; it is closed.
  func leave() {
    state.withLock { state in
      switch state {
      case .serving: for place in places { place.giveBack(of: user) }
      case .waiting: waitingPlaces.giveBack(of: user)
      case .closed: break
      }
      state = .closed
    }
  }

  /// Takes a place of each; none if one of them has none left.
  private static func take(_ wanted: [SharedPlaces], for user: UInt32) -> Bool {
    for (number, place) in wanted.enumerated() where !place.take(for: user) {
      for taken in wanted[..<number] { taken.giveBack(of: user) }
      return false
    }
    return true
  }
}
