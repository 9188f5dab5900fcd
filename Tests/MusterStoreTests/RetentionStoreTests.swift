import MusterCore
import MusterTestSupport
import Synchronization
import Testing

@testable import MusterStore

/// What is too old goes from the file, in small steps.
struct RetentionStoreTests {
  /// Clocks that a test sets.
  private final class TestClock: Sendable {
    private struct State {
      var wall: Int64 = 1_700_000_000
      var elapsed: Int64 = 1_000
      var process: Int64 = 1
    }

    private let state = Mutex(State())

    /// Time passes.
    func pass(seconds: Int64) {
      state.withLock { state in
        state.wall += seconds
        state.elapsed += seconds
      }
    }

    /// The wall clock is set.
    func jump(days: Int64) { state.withLock { $0.wall += days * 86_400 } }

    /// Another daemon begins.
    func restart() {
      state.withLock { state in
        state.process += 1
        state.elapsed = 500
      }
    }

    func now() -> Int64 { state.withLock { $0.wall } }

    var clocks: Clocks {
      let process = state.withLock { $0.process }
      return Clocks(
        wall: { self.now() }, elapsed: { self.state.withLock { $0.elapsed } }, process: process)
    }
  }

  private let directory: TemporaryDirectory
  private let clock = TestClock()

  init() throws { directory = try TemporaryDirectory() }

  private func open(_ limits: Limits = Limits()) throws -> WorkspaceStore {
    try WorkspaceStore(
      name: "test", path: directory.file(), limits: limits, clocks: clock.clocks)
  }

  /// Days pass while the daemon looks.
  private func pass(days: Int, in store: WorkspaceStore) async throws {
    for _ in 0..<2 * days {
      clock.pass(seconds: 43_200)
      try await store.run { writer throws(StoreError) in _ = writer.retentionTime.now() }
    }
  }

  private func states(_ store: WorkspaceStore) async throws -> [ImportRecord.State] {
    try await store.imports(ImportQuery()).records.map(\.state)
  }

  private func importRows(
    _ id: String, _ rows: [[String]], columns: [String] = ["external_id", "name"],
    finishes: Bool = true, into store: WorkspaceStore
  ) async throws {
    let definition = try definition(id, columns: columns)
    let start = try await store.begin(definition) { _ in }
    store.apply(definition.chunk(seed: start.seed, rows), importID: id)
    if finishes { _ = try await store.end(importID: id, rowCount: UInt64(rows.count)) }
    _ = await store.release(importID: id)
  }

  private func count(_ table: String) throws -> Int64 {
    try Connection(path: directory.file(), mode: .reader, cacheBytes: 1 << 20)
      .integer("SELECT count(*) FROM \(table)")
  }

  /// Sweeps until nothing is left to do.
  private func sweepAll(_ store: WorkspaceStore) async throws {
    try await store.run { writer throws(StoreError) in
      var sweep = try writer.beginSweep()
      while try writer.step(&sweep) {}
    }
  }

  @Test("what is older than its days goes, and what cannot be undone any more says so")
  func ages() async throws {
    let store = try open()
    try await importRows("a", people(0..<10), into: store)
    try await importRows("b", [["", "x"], ["p1", "new"]], into: store)
    #expect(try count("import_fault") == 1 && count("import_image") == 2)
    try await pass(days: 30, in: store)
    try await sweepAll(store)
    #expect(try count("import_fault") == 1 && count("import_image") == 2)
    #expect(try await store.importRecord("a").hasImages)
    try await pass(days: 1, in: store)
    try await sweepAll(store)
    #expect(try count("import_fault") == 0 && count("import_image") == 0)
    #expect(try await !store.importRecord("a").hasImages)
    let error = await LedgerTests.error { _ = try await store.undoStep(importID: "b") }
    #expect(error?.code == .failedPrecondition)
    // The entry, its counts and the members stay.
    #expect(try await store.importRecord("b").progress.counts.faults == 1)
    #expect(try count("member") == 10)
  }

  @Test("only the newest imports can be undone")
  func number() async throws {
    var limits = Limits()
    limits.undoImportsMax = 2
    let store = try open(limits)
    for id in ["a", "b", "c", "d"] { try await importRows(id, [[id, "n"]], into: store) }
    try await sweepAll(store)
    let page = try await store.imports(ImportQuery())
    #expect(page.records.map(\.importID) == ["d", "c", "b", "a"])
    #expect(page.records.map(\.hasImages) == [true, true, false, false])
    #expect(try count("import_image") == 2)
    #expect(try await store.undoStep(importID: "d").progress.deleted == 1)
  }

  @Test("finishes sweep by themselves: after so many, and after an hour")
  func finishes() async throws {
    var limits = Limits()
    limits.undoImportsMax = 2
    let store = try open(limits)
    func undoableCount() async throws -> Int {
      // Two jobs that the last finish may have asked for come before this one.
      for _ in 0..<2 { _ = try await store.imports(ImportQuery()) }
      return try await store.imports(ImportQuery()).records.count { $0.hasImages }
    }
    let many = WorkspaceWriter.finishesPerSweep
    for number in 1..<many { try await importRows("i\(number)", [["p", "n"]], into: store) }
    #expect(try await undoableCount() == many - 1)
    try await importRows("i\(many)", [["p", "n"]], into: store)
    #expect(try await undoableCount() == 2)
    try await importRows("next", [["p", "n"]], into: store)
    #expect(try await undoableCount() == 3)
    clock.pass(seconds: 86_400)
    try await importRows("late", [["p", "n"]], into: store)
    #expect(try await undoableCount() == 2)
  }

  @Test("an open import expires when nobody goes on with it, and can be undone")
  func expiry() async throws {
    let store = try open()
    try await importRows("a", people(0..<3), finishes: false, into: store)
    let running = try definition("b")
    _ = try await store.begin(running) { _ in }
    try await pass(days: 8, in: store)
    try await sweepAll(store)
    let record = try await store.importRecord("a")
    #expect(record.state == .expired && record.finishedAt == clock.now())
    #expect(record.touchedAt == clock.now() - 8 * 86_400)
    // One that has a stream does not.
    #expect(try await store.importRecord("b").state == .running)
    let again = try definition("a")
    let error = await LedgerTests.error { _ = try await store.begin(again) { _ in } }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.message.contains("expired") == true)
    #expect(try await store.undoStep(importID: "a").progress.deleted == 3)
  }

  @Test("opening a file lets go of what is too old in it")
  func opening() async throws {
    do {
      let store = try open()
      try await importRows("a", [["", "x"], ["p", "n"]], into: store)
      try await importRows("b", [["q", "n"]], finishes: false, into: store)
    }
    clock.pass(seconds: 40 * 86_400)
    clock.restart()
    let store = try open()
    try await sweepAll(store)
    // The clock may be wrong: what it says counts when it has stood for a day.
    var page = try await store.imports(ImportQuery())
    #expect(page.records.map(\.state) == [.open, .finished])
    #expect(page.records.map(\.hasImages) == [true, true])
    try await pass(days: 1, in: store)
    try await sweepAll(store)
    page = try await store.imports(ImportQuery())
    #expect(page.records.map(\.state) == [.expired, .finished])
    // The second sweep finds those that the first one has ended; then the steps.
    try await sweepAll(store)
    page = try await store.imports(ImportQuery())
    #expect(page.records.map(\.hasImages) == [false, false])
    #expect(try count("import_image") == 0 && count("import_fault") == 0)
  }

  @Test("thousands of faults and blobs go in many steps, and the last is empty")
  func steps() async throws {
    let store = try open()
    try await importRows("a", (0..<12_000).map { _ in ["", "x"] }, into: store)
    let text = String(repeating: "x", count: 1_000)
    try await importRows("b", people(0..<8_000, name: text), into: store)
    try await importRows("c", people(0..<8_000, name: "y"), into: store)
    let blobs = try count("import_image")
    #expect(blobs > 100)
    try await pass(days: 31, in: store)
    let stepCount = try await store.run { writer throws(StoreError) in
      var sweep = try writer.beginSweep()
      var count = 0
      while try writer.step(&sweep) { count += 1 }
      return count
    }
    #expect(stepCount >= 12_000 / 5_000 + 1 + Int(blobs) / 64)
    #expect(try count("import_image") == 0 && count("import_fault") == 0)
  }

  @Test("a clock that jumps, and jumps back, at restarts and in between, lets go of nothing")
  func jumps() async throws {
    do {
      let store = try open()
      try await importRows("a", [["", "x"], ["p", "n"]], into: store)
      try await importRows("b", [["q", "n"]], finishes: false, into: store)
    }
    for (place, jump) in ([3_650, -3_650, -3_650, 3_650, 3_650, -3_650] as [Int64]).enumerated() {
      clock.jump(days: jump)
      for (turn, isRestart) in [true, true, false].enumerated() {
        if isRestart { clock.restart() }
        let store = try open()
        try await importRows("c\(place)-\(turn)", [["q", "n"]], into: store)
        clock.pass(seconds: 3_000)
        try await sweepAll(store)
        #expect(try await states(store).last == .finished)
        #expect(try await store.importRecord("b").state == .open)
        #expect(try await store.importRecord("a").hasImages)
        #expect(try count("import_fault") == 1)
        clock.jump(days: -jump)
        try await sweepAll(store)
        clock.jump(days: jump)
        try await sweepAll(store)
        #expect(try await store.importRecord("b").state == .open)
      }
    }
    // Time that passes still counts.
    let store = try open()
    try await pass(days: 32, in: store)
    try await sweepAll(store)
    #expect(try await store.importRecord("b").state == .expired)
    #expect(try await !store.importRecord("a").hasImages)
  }

  @Test("a workspace that is closed and opened again by the same daemon knows what has passed")
  func reopening() async throws {
    do {
      let store = try open()
      try await importRows("b", [["q", "n"]], finishes: false, into: store)
    }
    for _ in 0..<18 {
      clock.pass(seconds: 43_200)
      try await sweepAll(try open())
    }
    #expect(try await open().importRecord("b").state == .expired)
  }
}
