public import MusterWire

/// Takes the rows of an import, one after the other.
///
/// Writing waits only while the daemon is behind. Rows go in chunks; those of a chunk that is not
/// full go by themselves a quarter of a second after its first row, so that a service that writes
/// now and then need not call ``flush()``.
///
/// An error that a write throws ends the import: let it pass, and the caller of the import is told
/// why. A writer belongs to one task and to the closure that it was given to.
public struct RowWriter: ~Copyable {
  /// What the daemon said when it took the import: its id, its limits, and where it goes on.
  public let accepted: ImportAccepted
  private let queue: RowQueue
  private let layout: MemberLayout

  init(accepted: ImportAccepted, queue: RowQueue, layout: MemberLayout) {
    self.accepted = accepted
    self.queue = queue
    self.layout = layout
  }

  /// The number of the next row in the import, from 0. It begins at `accepted.nextRow`: an import
  /// that goes on has the rows before it, and they must not be written again.
  public var nextRow: UInt64 { queue.nextRow }

  /// Writes a member as a row.
  ///
  /// - Throws: ``MusterClientError`` with `invalidArgument` for a value that has no column, and for
  ///   a label that is not one slug; the row is not sent then.
  public mutating func write(_ member: Member) async throws {
    do {
      try layout.check(member)
    } catch {
      throw MusterClientError(
        code: error.code, message: error.message, importID: accepted.importID)
    }
    let layout = layout
    try await queue.add { layout.append(member, to: &$0) }
  }

  /// Writes a row of cells, one for each column and in their order; nil is a blank cell.
  ///
  /// A row with another number of cells is sent as it is; the daemon rejects it with a fault.
  public mutating func write(cells: some Sequence<(some StringProtocol)?>) async throws {
    try await queue.add { rows in
      for cell in cells { rows.append(cell) }
    }
  }

  /// Writes a row of cells, one for each column and in their order; an empty text is a blank cell.
  ///
  /// A row with another number of cells is sent as it is; the daemon rejects it with a fault.
  public mutating func write(cells: some Sequence<some StringProtocol>) async throws {
    try await queue.add { rows in
      for cell in cells { rows.append(cell) }
    }
  }

  /// Writes a row of cells that are bytes of UTF-8, one for each column and in their order.
  ///
  /// The bytes are copied once, into the message. They are not looked at: the daemon rejects a row
  /// that is not UTF-8, or has another number of cells, with a fault.
  public mutating func write(cells: some Sequence<some Collection<UInt8>>) async throws {
    try await queue.add { rows in
      for cell in cells { rows.append(bytes: cell) }
    }
  }

  /// Sends the rows so far at once; waits while the daemon is behind.
  public mutating func flush() async throws { try await queue.flush() }
}
