/// The order of an import's messages: what the daemon does at each, and what it refuses.
///
/// Pure: no clock, no I/O. A peer's mistake refuses; nothing that a peer sends traps. Source:
/// DESIGN section 4, "ImportMembers, message by message".
public struct ImportSession: ~Copyable {
  private enum State {
    /// Nothing has come yet.
    case awaitingBegin
    /// Begin has come, the store is being asked.
    case opening
    /// Rows may come; the next one expected, from 0.
    case open(nextRow: UInt64, bound: RowBound)
    /// Finish has come, or the session has refused; nothing more may come.
    case closed
  }

  private var state = State.awaitingBegin

  /// What a message is refused with: a status and a sentence.
  public struct Refusal: Error, Sendable, Equatable {
    /// The kind of mistake; it has one gRPC status.
    public var code: StoreError.Code
    /// A full sentence: what came, what was expected, what to do.
    public var message: String

    init(_ code: StoreError.Code, _ message: String) {
      self.code = code
      self.message = message
    }
  }

  /// What to do with a chunk.
  public enum ChunkAction: Sendable, Equatable {
    /// Leave out `skipping` rows that are decided already, take the next `count`, then refuse if
    /// there is a refusal.
    case apply(skipping: Int, count: Int, then: Refusal?)
    /// All its rows are decided already.
    case skip
    case refuse(Refusal)
  }

  /// A session of a stream on which nothing has come.
  public init() {}

  /// Begin has come.
  public mutating func receivedBegin() throws(Refusal) {
    switch state {
    case .awaitingBegin: state = .opening
    case .opening, .open:
      state = .closed
      throw Refusal(
        .invalidArgument, "A second begin came; a stream carries one import, begin it only once.")
    case .closed: throw Self.afterFinish
    }
  }

  /// The store has opened the import.
  ///
  /// - Parameters:
  ///   - nextRow: The row that it expects, from 0.
  ///   - bound: How many rows the import may have.
  public mutating func opened(nextRow: UInt64, bound: RowBound) {
    // A session that has refused in the meantime stays closed.
    if case .opening = state { state = .open(nextRow: nextRow, bound: bound) }
  }

  /// A chunk has come.
  public mutating func receivedChunk(firstRow: UInt64, rowCount: Int) -> ChunkAction {
    switch state {
    case .awaitingBegin, .opening:
      state = .closed
      return .refuse(
        Refusal(.invalidArgument, "Rows came before begin; the first message must be a begin."))
    case .closed: return .refuse(Self.afterFinish)
    case .open(let nextRow, let bound):
      let (end, overflow) = firstRow.addingReportingOverflow(UInt64(rowCount))
      guard firstRow <= nextRow, !overflow else {
        state = .closed
        return .refuse(
          Refusal(
            .outOfRange,
            "The chunk begins at row \(firstRow), and row \(nextRow) is expected; send from there.")
        )
      }
      guard end > nextRow else { return .skip }
      let skipped = Int(nextRow - firstRow)
      if let rowsMax = bound.rowsMax, end > rowsMax {
        state = .closed
        // Nothing is kept of rows in a spool.
        if bound.isSpooled { return .refuse(bound.refusal) }
        let room = rowsMax > nextRow ? Int(rowsMax - nextRow) : 0
        return .apply(skipping: skipped, count: room, then: bound.refusal)
      }
      state = .open(nextRow: end, bound: bound)
      return .apply(skipping: skipped, count: rowCount - skipped, then: nil)
    }
  }

  /// Finish has come.
  ///
  /// - Parameter rowCount: Rows of the whole import, as the client counts them.
  public mutating func receivedFinish(rowCount: UInt64) throws(Refusal) {
    switch state {
    case .awaitingBegin, .opening:
      state = .closed
      throw Refusal(
        .invalidArgument, "Finish came before begin; the first message must be a begin.")
    case .closed: throw Self.afterFinish
    case .open(let nextRow, _):
      state = .closed
      guard rowCount == nextRow else {
        throw Refusal(
          .outOfRange,
          "Finish says \(rowCount) rows, and \(nextRow) have come; send the others and finish"
            + " again.")
      }
    }
  }

  /// The client has closed its side.
  ///
  /// - Throws: A refusal if finish has not come: the import stays open.
  public mutating func receivedEnd() throws(Refusal) {
    switch state {
    case .awaitingBegin, .opening:
      state = .closed
      throw Refusal(.invalidArgument, "The stream ended before begin; nothing was imported.")
    case .closed: break
    case .open(let nextRow, let bound):
      state = .closed
      let rest =
        bound.isSpooled
        ? "nothing was imported, and it begins again at row 0"
        : "the import stays open and goes on at row \(nextRow)"
      throw Refusal(.aborted, "The stream ended without finish; \(rest).")
    }
  }

  /// What the totals that a client declares are refused with.
  public static func checkTotals(
    rows: UInt64, cellBytes: UInt64, limits: Limits, isSpooled: Bool = false
  ) throws(Refusal) {
    if limits.rowsPerImport > 0 && rows > limits.rowsPerImport {
      throw Refusal(
        .resourceExhausted,
        "The import has \(rows) rows, over the limit of \(limits.rowsPerImport) rows per import"
          + " (limits.rowsPerImport); nothing was imported.")
    }
    if limits.bytesPerImport > 0 && cellBytes > limits.bytesPerImport {
      throw Refusal(
        .resourceExhausted,
        "The import has \(cellBytes) bytes of cells, over the limit of \(limits.bytesPerImport)"
          + " bytes per import (limits.bytesPerImport); nothing was imported.")
    }
    if isSpooled && rows > limits.spooledRowsMax {
      throw Refusal(
        .resourceExhausted,
        "The import has \(rows) rows, over the limit of \(limits.spooledRowsMax) rows for a preview"
          + " or an all-or-nothing import (limits.spooledRows); nothing was imported.")
    }
  }

  /// What an import is refused with that brings one byte too many.
  public static func tooManyBytes(bytesMax: UInt64, isSpooled: Bool = false) -> Refusal {
    Refusal(
      .resourceExhausted,
      "The import is over the limit of \(bytesMax) bytes of cells per import"
        + " (limits.bytesPerImport); \(RowBound.kept(isSpooled: isSpooled)).")
  }

  private static var afterFinish: Refusal {
    Refusal(.invalidArgument, "A message came after finish; begin a new import for more rows.")
  }
}
