/// The order of an import's messages: what the daemon does at each, and what it refuses.
///
/// Pure: no clock, no I/O. A peer's mistake refuses; nothing that a peer sends traps. Source:
/// Design, "Import".
public struct ImportSession: ~Copyable {
  private enum State {
    /// Nothing has come yet.
    case awaitingBegin
    /// Begin has come, the store is being asked.
    case opening
    /// Rows may come; the next one expected, from 0.
    case open(nextRow: UInt64, bound: RowBound)
    /// The import has had all its rows before; they may be sent again, and no others.
    case again(ImportIdentity)
    /// Finish has come, or the session has refused; nothing more may come.
    case closed
  }

  private var state = State.awaitingBegin

  /// What a message is refused with: a status and a sentence.
  public struct Refusal: ExplainedError, Sendable, Equatable {
    /// Why it is refused.
    public let reason: ErrorReason
    /// A full sentence: what came, what was expected, what to do.
    public let message: String
    /// The row that was expected, or the limit that was met.
    public let facts: [ErrorFact: String]
    /// None: an order of messages is no field.
    public var violations: [FieldViolation] { [] }

    init(_ reason: ErrorReason, _ message: String, _ facts: [ErrorFact: String] = [:]) {
      self.reason = reason
      self.message = message
      self.facts = facts
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
    case .opening, .open, .again:
      state = .closed
      throw Refusal(
        .wrongMessageOrder, "A second begin came; a stream carries one import, begin it only once.")
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

  /// The store knows the import, which has had all its rows.
  package mutating func openedAgain(_ identity: ImportIdentity) {
    if case .opening = state { state = .again(identity) }
  }

  /// A chunk has come.
  public mutating func receivedChunk(firstRow: UInt64, rowCount: Int) -> ChunkAction {
    switch state {
    case .awaitingBegin, .opening:
      state = .closed
      return .refuse(
        Refusal(.wrongMessageOrder, "Rows came before begin; the first message must be a begin."))
    case .closed: return .refuse(Self.afterFinish)
    case .again(let identity):
      let (end, overflow) = firstRow.addingReportingOverflow(UInt64(rowCount))
      guard overflow || end > identity.rowCount else { return .skip }
      state = .closed
      return .refuse(identity.refusal("has ended with \(identity.rowCount) rows, and more came"))
    case .open(let nextRow, let bound):
      let (end, overflow) = firstRow.addingReportingOverflow(UInt64(rowCount))
      guard firstRow <= nextRow, !overflow else {
        state = .closed
        return .refuse(
          Refusal(
            .unexpectedRow,
            "The chunk begins at row \(firstRow), and row \(nextRow) is expected; send from there.",
            [.nextRow: "\(nextRow)"]))
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
        .wrongMessageOrder, "Finish came before begin; the first message must be a begin.")
    case .closed: throw Self.afterFinish
    case .again(let identity):
      state = .closed
      guard rowCount == identity.rowCount else {
        throw identity.refusal(
          "has ended with \(identity.rowCount) rows, and finish says \(rowCount)")
      }
    case .open(let nextRow, _):
      state = .closed
      guard rowCount == nextRow else {
        throw Refusal(
          .unexpectedRow,
          "Finish says \(rowCount) rows, and \(nextRow) have come; send the others and finish"
            + " again.", [.nextRow: "\(nextRow)"])
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
      throw Refusal(.wrongMessageOrder, "The stream ended before begin; nothing was imported.")
    // Who knows that it has ended need not send anything.
    case .closed, .again: state = .closed
    case .open(let nextRow, let bound):
      state = .closed
      let rest =
        bound.isSpooled
        ? "nothing was imported, and it begins again at row 0"
        : "the import stays open and goes on at row \(nextRow)"
      throw Refusal(
        .streamEnded, "The stream ended without finish; \(rest).",
        [.nextRow: bound.isSpooled ? "0" : "\(nextRow)"])
    }
  }

  /// What the totals that a client declares are refused with.
  public static func checkTotals(
    rows: UInt64, cellBytes: UInt64, limits: Limits, isSpooled: Bool = false
  ) throws(Refusal) {
    if limits.rowsPerImport > 0 && rows > limits.rowsPerImport {
      throw Refusal(
        .limitExceeded,
        "The import has \(rows) rows, over the limit of \(limits.rowsPerImport) rows per import"
          + " (limits.rowsPerImport); nothing was imported.",
        Limits.facts("rowsPerImport", limits.rowsPerImport, setting: "rowsPerImport"))
    }
    if limits.bytesPerImport > 0 && cellBytes > limits.bytesPerImport {
      throw Refusal(
        .limitExceeded,
        "The import has \(cellBytes) bytes of cells, over the limit of \(limits.bytesPerImport)"
          + " bytes per import (limits.bytesPerImport); nothing was imported.",
        Limits.facts("bytesPerImport", limits.bytesPerImport, setting: "bytesPerImport"))
    }
    if isSpooled && rows > limits.spooledRowsMax {
      throw Refusal(
        .limitExceeded,
        "The import has \(rows) rows, over the limit of \(limits.spooledRowsMax) rows for a preview"
          + " or an all-or-nothing import (limits.spooledRows); nothing was imported.",
        Limits.facts("spooledRowsMax", limits.spooledRowsMax, setting: "spooledRows"))
    }
  }

  /// What an import is refused with that brings one byte too many.
  public static func tooManyBytes(bytesMax: UInt64, isSpooled: Bool = false) -> Refusal {
    Refusal(
      .limitExceeded,
      "The import is over the limit of \(bytesMax) bytes of cells per import"
        + " (limits.bytesPerImport); \(RowBound.kept(isSpooled: isSpooled)).",
      Limits.facts("bytesPerImport", bytesMax, setting: "bytesPerImport"))
  }

  private static var afterFinish: Refusal {
    Refusal(.wrongMessageOrder, "A message came after finish; begin a new import for more rows.")
  }
}
