import MusterCore
import Testing

/// Every event in every state.
struct ImportSessionTests {
  typealias Refusal = ImportSession.Refusal

  enum State: CaseIterable { case awaitingBegin, opening, open, finished, refused }

  /// Up to so many rows; 0 is no bound.
  static func bound(_ rowsMax: UInt64, spooledRowsMax: UInt64? = nil) -> ImportSession.RowBound {
    var limits = Limits()
    limits.rowsPerImport = rowsMax
    var options = ImportOptions()
    if let spooledRowsMax {
      limits.spooledRowsMax = spooledRowsMax
      options.mode = .preview
    }
    return ImportSession.RowBound(limits, options)
  }

  /// A session in a state; an open one expects row 5 and may have 8.
  static func session(in state: State) -> ImportSession {
    var session = ImportSession()
    switch state {
    case .awaitingBegin: break
    case .opening: try? session.receivedBegin()
    case .open, .finished:
      try? session.receivedBegin()
      session.opened(nextRow: 5, bound: Self.bound(8))
      if state == .finished { try? session.receivedFinish(rowCount: 5) }
    case .refused: try? session.receivedFinish(rowCount: 5)
    }
    return session
  }

  static func refusal(_ body: () throws(Refusal) -> Void) -> Refusal? {
    do throws(Refusal) {
      try body()
      return nil
    } catch { return error }
  }

  @Test(
    "a begin is taken first and only once",
    arguments: [
      (.awaitingBegin, nil), (.opening, "second begin"), (.open, "second begin"),
      (.finished, "after finish"), (.refused, "after finish"),
    ] as [(State, String?)])
  func begin(state: State, refusal: String?) {
    var session = Self.session(in: state)
    let found = Self.refusal { () throws(Refusal) in try session.receivedBegin() }
    #expect((found == nil) == (refusal == nil))
    if let refusal {
      #expect(found?.code == .invalidArgument)
      #expect(found?.message.contains(refusal) == true)
      // What was refused stays refused.
      expectClosed(&session)
    }
  }

  func expectClosed(_ session: inout ImportSession) {
    guard case .refuse(let refusal) = session.receivedChunk(firstRow: 5, rowCount: 1) else {
      Issue.record("a closed session took rows")
      return
    }
    #expect(refusal.code == .invalidArgument)
    #expect(Self.refusal { () throws(Refusal) in try session.receivedBegin() } != nil)
    #expect(Self.refusal { () throws(Refusal) in try session.receivedFinish(rowCount: 5) } != nil)
    #expect(Self.refusal { () throws(Refusal) in try session.receivedEnd() } == nil)
  }

  @Test(
    "a finish is taken in an open session, with the number of rows that came",
    arguments: [
      (.awaitingBegin, 0, .invalidArgument), (.opening, 0, .invalidArgument), (.open, 5, nil),
      (.open, 4, .outOfRange), (.open, 6, .outOfRange), (.open, 0, .outOfRange),
      (.open, .max, .outOfRange), (.finished, 5, .invalidArgument), (.refused, 5, .invalidArgument),
    ] as [(State, UInt64, StoreError.Code?)])
  func finish(state: State, rowCount: UInt64, code: StoreError.Code?) {
    var session = Self.session(in: state)
    let found = Self.refusal { () throws(Refusal) in try session.receivedFinish(rowCount: rowCount)
    }
    #expect(found?.code == code)
    expectClosed(&session)
  }

  @Test(
    "an end without a finish is no finish",
    arguments: [
      (.awaitingBegin, .invalidArgument), (.opening, .invalidArgument), (.open, .aborted),
      (.finished, nil), (.refused, nil),
    ] as [(State, StoreError.Code?)])
  func end(state: State, code: StoreError.Code?) {
    var session = Self.session(in: state)
    let found = Self.refusal { () throws(Refusal) in try session.receivedEnd() }
    #expect(found?.code == code)
    if code == .aborted { #expect(found?.message.contains("row 5") == true) }
    expectClosed(&session)
  }

  @Test("rows are taken in an open session only", arguments: State.allCases)
  func rows(state: State) {
    var session = Self.session(in: state)
    let action = session.receivedChunk(firstRow: 5, rowCount: 2)
    if state == .open {
      #expect(action == .apply(skipping: 0, count: 2, then: nil))
      return
    }
    guard case .refuse(let refusal) = action else {
      Issue.record("taken in \(state)")
      return
    }
    #expect(refusal.code == .invalidArgument)
    expectClosed(&session)
  }

  /// A chunk, and what is to be done with it where row 5 is expected and 8 rows are allowed.
  struct Chunk: Sendable {
    var firstRow: UInt64
    var rowCount: Int
    var skipping: Int
    var count: Int
    /// The row expected after it; nil if the session is over.
    var next: UInt64?
    var refusal: StoreError.Code?
  }

  @Test(
    "rows that are there already are skipped, those expected are taken up to the limit",
    arguments: [
      Chunk(firstRow: 5, rowCount: 1, skipping: 0, count: 1, next: 6),
      Chunk(firstRow: 5, rowCount: 3, skipping: 0, count: 3, next: 8),
      Chunk(firstRow: 0, rowCount: 6, skipping: 5, count: 1, next: 6),
      Chunk(firstRow: 3, rowCount: 5, skipping: 2, count: 3, next: 8),
      Chunk(firstRow: 5, rowCount: 4, skipping: 0, count: 3, refusal: .resourceExhausted),
      Chunk(firstRow: 0, rowCount: 100, skipping: 5, count: 3, refusal: .resourceExhausted),
      Chunk(firstRow: 4, rowCount: 5, skipping: 1, count: 3, refusal: .resourceExhausted),
    ])
  func takenRows(chunk: Chunk) {
    var session = Self.session(in: .open)
    let action = session.receivedChunk(firstRow: chunk.firstRow, rowCount: chunk.rowCount)
    guard case .apply(let skipping, let count, let refusal) = action else {
      Issue.record("\(action)")
      return
    }
    #expect(skipping == chunk.skipping)
    #expect(count == chunk.count)
    #expect(refusal?.code == chunk.refusal)
    if let refusal { #expect(refusal.message.contains("limits.rowsPerImport")) }
    guard let next = chunk.next else { return expectClosed(&session) }
    #expect(
      Self.refusal { () throws(Refusal) in try session.receivedFinish(rowCount: next) } == nil)
  }

  @Test(
    "a chunk of nothing but rows that are there is left out",
    arguments: [(0, 0), (0, 1), (0, 5), (4, 1), (5, 0), (3, 0)] as [(UInt64, Int)])
  func skipped(firstRow: UInt64, rowCount: Int) {
    var session = Self.session(in: .open)
    #expect(session.receivedChunk(firstRow: firstRow, rowCount: rowCount) == .skip)
    #expect(Self.refusal { () throws(Refusal) in try session.receivedFinish(rowCount: 5) } == nil)
  }

  @Test(
    "a gap is refused and names the row expected",
    arguments: [(6, 1), (6, 0), (100, 5), (.max, 0), (.max, 1), (.max, 1_000), (.max - 1, 2)]
      as [(UInt64, Int)])
  func gap(firstRow: UInt64, rowCount: Int) {
    var session = Self.session(in: .open)
    guard case .refuse(let refusal) = session.receivedChunk(firstRow: firstRow, rowCount: rowCount)
    else {
      Issue.record("taken")
      return
    }
    #expect(refusal.code == .outOfRange)
    #expect(refusal.message.contains("row 5 is expected"))
    expectClosed(&session)
  }

  @Test("a row number beyond 64 bits is refused, and traps nothing")
  func overflow() {
    var session = ImportSession()
    try? session.receivedBegin()
    session.opened(nextRow: .max, bound: Self.bound(0))
    guard case .refuse(let refusal) = session.receivedChunk(firstRow: .max, rowCount: 1) else {
      Issue.record("taken")
      return
    }
    #expect(refusal.code == .outOfRange)
  }

  @Test("an import that is over its limit already takes no row")
  func overLimitFromTheStart() {
    for nextRow in [8, 9, 20] as [UInt64] {
      var session = ImportSession()
      try? session.receivedBegin()
      session.opened(nextRow: nextRow, bound: Self.bound(8))
      let action = session.receivedChunk(firstRow: nextRow, rowCount: 1)
      guard case .apply(0, 0, let refusal?) = action else {
        Issue.record("\(action)")
        continue
      }
      #expect(refusal.code == .resourceExhausted)
    }
  }

  @Test(
    "a preview over a limit is refused as a whole, and the smaller limit is named",
    arguments: [
      (0, 8, "8 rows for a preview or an all-or-nothing import (limits.spooledRows)"),
      (9, 8, "limits.spooledRows"), (8, 8, "limits.rowsPerImport"),
      (8, 9, "8 rows per import (limits.rowsPerImport)"),
    ] as [(UInt64, UInt64, String)])
  func spooledOverLimit(rowsMax: UInt64, spooledRowsMax: UInt64, limit: String) {
    var session = ImportSession()
    try? session.receivedBegin()
    session.opened(
      nextRow: 0, bound: Self.bound(rowsMax, spooledRowsMax: spooledRowsMax))
    #expect(
      session.receivedChunk(firstRow: 0, rowCount: 8)
        == .apply(skipping: 0, count: 8, then: nil))
    let action = session.receivedChunk(firstRow: 8, rowCount: 1)
    guard case .refuse(let refusal) = action else {
      Issue.record("\(action)")
      return
    }
    #expect(refusal.code == .resourceExhausted)
    #expect(refusal.message.contains(limit))
    #expect(refusal.message.contains("nothing was imported"))
  }

  @Test("a preview's declared totals are refused over its own limit")
  func spooledTotals() {
    var limits = Limits()
    limits.rowsPerImport = 0
    let found = Self.refusal { () throws(Refusal) in
      try ImportSession.checkTotals(
        rows: limits.spooledRowsMax + 1, cellBytes: 1, limits: limits, isSpooled: true)
    }
    #expect(found?.message.contains("limits.spooledRows") == true)
    let taken = Self.refusal { () throws(Refusal) in
      try ImportSession.checkTotals(
        rows: limits.spooledRowsMax + 1, cellBytes: 1, limits: limits)
      try ImportSession.checkTotals(
        rows: limits.spooledRowsMax, cellBytes: 1, limits: limits, isSpooled: true)
    }
    #expect(taken == nil)
  }

  @Test("without a limit there is none")
  func noLimit() {
    var session = ImportSession()
    try? session.receivedBegin()
    session.opened(nextRow: 1 << 60, bound: Self.bound(0))
    let action = session.receivedChunk(firstRow: 1 << 60, rowCount: 65_536)
    #expect(action == .apply(skipping: 0, count: 65_536, then: nil))
  }

  @Test("a session that refused while the store opened the import stays closed")
  func openedTooLate() {
    var session = Self.session(in: .opening)
    _ = session.receivedChunk(firstRow: 0, rowCount: 1)
    session.opened(nextRow: 5, bound: Self.bound(0))
    expectClosed(&session)
  }

  @Test(
    "declared totals are refused over a limit, which is named; 0 lifts it",
    arguments: [
      (10, 100, 10, 100, nil), (11, 0, 10, 100, "limits.rowsPerImport"),
      (0, 101, 10, 100, "limits.bytesPerImport"), (11, 101, 10, 100, "limits.rowsPerImport"),
      (.max, .max, 0, 0, nil), (.max, 1, 0, 1, nil), (1, .max, 1, 0, nil),
    ] as [(UInt64, UInt64, UInt64, UInt64, String?)])
  func totals(
    rows: UInt64, bytes: UInt64, rowsMax: UInt64, bytesMax: UInt64, limit: String?
  ) {
    var limits = Limits()
    limits.rowsPerImport = rowsMax
    limits.bytesPerImport = bytesMax
    let found = Self.refusal { () throws(Refusal) in
      try ImportSession.checkTotals(rows: rows, cellBytes: bytes, limits: limits)
    }
    #expect((found == nil) == (limit == nil))
    if let limit, let found {
      #expect(found.code == .resourceExhausted)
      #expect(found.message.contains(limit))
      #expect(found.message.contains("nothing was imported"))
    }
  }
}
