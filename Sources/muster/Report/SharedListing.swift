internal import MusterClient
internal import Synchronization

/// A listing that is filled from the closures of a call.
final class SharedListing: Sendable {
  private struct State {
    var listing: Listing
    var count: UInt64 = 0
  }

  private let state: Mutex<State>

  init(_ listing: Listing) { state = Mutex(State(listing: listing)) }

  /// How many were added.
  var count: UInt64 { state.withLock { $0.count } }

  /// - Parameter withRow: Whether the table has a column for the row.
  func add(_ fault: RowFault, withRow: Bool = true) throws {
    var object = JSONObject()
    object.add("type", "fault")
    object.add("row", fault.row)
    // The daemon knows rows, not the lines of a file.
    object.add("line", nil as Int?)
    object.add("column", fault.column)
    object.add("code", fault.code.rawValue)
    object.add("message", fault.code.text)
    object.add("hint", fault.hint)
    let line = object
    try state.withLock {
      try $0.listing.add(
        (withRow ? [String(fault.row)] : [])
          + [fault.column ?? "", fault.code.text, fault.hint ?? ""], line)
      $0.count += 1
    }
  }

  func finish() throws { try state.withLock { try $0.listing.finish() } }
}
