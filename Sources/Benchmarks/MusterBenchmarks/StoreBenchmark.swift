internal import Dispatch
internal import MusterCore
internal import MusterStore
internal import Synchronization

/// The checks and the store, without the wire: what a row costs once it is in memory.
struct StoreBenchmark {
  let members: Int
  let directory: String

  private static let chunkRows = 2_000

  func run(_ rounds: Int) throws {
    var report = Report()
    for _ in 0..<rounds { try measure(&report) }
    report.print(title: "store", members: members)
  }

  private func measure(_ report: inout Report) throws {
    let path = directory + "/muster-benchmark-store.db"
    removeDatabase(path)
    defer { removeDatabase(path) }
    let store = try WorkspaceStore(name: "benchmark", path: path)
    try wait {
      _ = try await store.createLabels(SampleMember.labels)
      let fields = [
        FormField(slug: "color", type: .text), FormField(slug: "size", type: .number),
      ]
      try await store.createForm(Form(slug: "survey", fields: fields))
    }
    let rows = sources { SampleMember($0) }
    try importAll(rows, "new", store, &report)
    try importAll(rows, "unchanged", store, &report)
    try importAll(sources { SampleMember($0, note: "updated \($0)") }, "changed", store, &report)
  }

  private func sources(_ member: (Int) -> SampleMember) -> [MemoryRows] {
    stride(from: 0, to: members, by: Self.chunkRows).map { first in
      MemoryRows(
        firstRow: UInt64(first),
        (first..<min(first + Self.chunkRows, members)).map { member($0).cells })
    }
  }

  private func importAll(
    _ rows: [MemoryRows], _ name: String, _ store: WorkspaceStore, _ report: inout Report
  ) throws {
    let catalogue = store.catalogue
    let plan = try ColumnPlan.resolve(
      names: SampleMember.columns.map { Array($0.utf8) }, catalogue: catalogue,
      ignoresUnknown: false, columnsMax: 1_000)
    let id =
      "00000000-0000-4000-8000-0000000000"
      + (name == "new" ? "01" : name == "changed" ? "02" : "03")
    let definition = ImportDefinition(
      importID: id, plan: plan, options: ImportOptions(), catalogue: catalogue, limits: Limits())
    let seed = Mutex(HashSeed())
    try wait {
      let start = try await store.begin(definition) { _ in }
      seed.withLock { $0 = start.seed }
    }
    let checker = RowChecker(
      plan: plan, options: ImportOptions(), limits: Limits(), catalogue: catalogue,
      seed: seed.withLock { $0 }, today: CalendarDay(daysSinceEpoch: 20_000))
    var checked: [CheckedChunk] = []
    report.add("check, \(name)", Cost.of { checked = rows.map { checker.check($0) } })
    let applied = try Cost.of {
      for chunk in checked { store.apply(chunk, importID: id) }
      try wait { _ = try await store.finish(importID: id, rowCount: UInt64(members)) }
    }
    report.add("match, write and commit, \(name)", applied)
    try wait { _ = await store.release(importID: id) }
  }

  /// Runs asynchronous work to its end on this thread's time.
  private func wait(_ body: @escaping @Sendable () async throws -> Void) throws {
    let done = DispatchSemaphore(value: 0)
    let failure = Mutex<(any Error)?>(nil)
    Task.detached {
      do { try await body() } catch { failure.withLock { $0 = error } }
      done.signal()
    }
    done.wait()
    if let error = failure.withLock({ $0 }) { throw error }
  }
}

/// Rows in memory of their own.
@safe final class MemoryRows: RowSource, @unchecked Sendable {
  let firstRow: UInt64
  let rowCount: Int
  private let cellCount: Int
  private let bytes: UnsafeMutablePointer<UInt8>
  private let cells: UnsafeMutablePointer<CellBytes>

  init(firstRow: UInt64, _ rows: [[[UInt8]]]) {
    self.firstRow = firstRow
    rowCount = rows.count
    cellCount = rows.first?.count ?? 0
    let all = rows.flatMap { $0 }
    unsafe bytes = .allocate(capacity: max(1, all.reduce(0) { $0 + $1.count }))
    unsafe cells = .allocate(capacity: max(1, all.count))
    var start = unsafe bytes
    for (place, cell) in all.enumerated() {
      unsafe start.update(from: cell, count: cell.count)
      unsafe (cells + place).initialize(to: CellBytes(count: cell.count, start: start))
      unsafe start += cell.count
    }
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe cells.deallocate()
  }

  func cells(ofRow row: Int) -> UnsafeBufferPointer<CellBytes> {
    unsafe UnsafeBufferPointer(start: cells + row * cellCount, count: cellCount)
  }
}
