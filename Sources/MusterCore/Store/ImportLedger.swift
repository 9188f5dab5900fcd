/// What a store knows of its imports, and what can be done to one besides sending its rows.
///
/// A part of ``MemberStore``, and like it safe to be called from any thread.
public protocol ImportLedger {
  /// What the ledger knows of an import.
  ///
  /// - Throws: `notFound`.
  func importRecord(_ importID: String) async throws(StoreError) -> ImportRecord

  /// Imports, the newest first.
  func imports(_ query: ImportQuery) async throws(StoreError) -> ImportPage

  /// The import as it is now and after each change, until it is over and not being undone.
  ///
  /// Only the newest is kept for a reader that is slow.
  ///
  /// - Throws: `notFound`.
  func watch(_ importID: String) async throws(StoreError) -> AsyncStream<ImportRecord>

  /// Ends an import that is open or running; what is committed stays, and can be undone.
  ///
  /// A stream that sends its rows is told `cancelled`. Cancelled already, it stays so.
  ///
  /// - Throws: `notFound`, `failedPrecondition` if it has ended otherwise.
  func cancel(_ importID: String) async throws(StoreError) -> ImportRecord

  /// Faults that the ledger has of an import, in the order of their rows.
  ///
  /// - Parameter first: 0, or the ``LedgerPage/next`` of the page before.
  /// - Throws: `notFound`.
  func faults(of importID: String, from first: UInt64) async throws(StoreError) -> LedgerPage<
    RowFault
  >

  /// What undoing an import has left as it was, in the order in which it was found.
  ///
  /// - Parameter first: 0, or the ``LedgerPage/next`` of the page before.
  /// - Throws: `notFound`.
  func kept(of importID: String, from first: UInt64) async throws(StoreError) -> LedgerPage<
    KeptField
  >

  /// Takes back a bounded part of what an ended import did; durable when it returns.
  ///
  /// Called again until ``UndoStep/isDone``; whoever calls it then goes on where it stood, also
  /// after a crash.
  ///
  /// - Throws: `notFound`, `aborted` if the import is running, `failedPrecondition` if it has not
  ///   ended or its before-images are gone.
  func undoStep(importID: String) async throws(StoreError) -> UndoStep
}

/// Which imports a listing is to have.
public struct ImportQuery: Sendable, Equatable {
  /// The states wanted; none means all.
  public var states: Set<ImportRecord.State> = []
  /// The ``ImportPage/next`` of the page before; 0 begins with the newest.
  public var before: UInt64 = 0
  /// How many at most, from 1 to ``Limits/importsPerPageMax``.
  public var countMax: Int

  /// Asks for the newest imports.
  public init(countMax: Int = Limits.importsPerPageMax) { self.countMax = countMax }
}

/// A part of a listing of imports.
public struct ImportPage: Sendable, Equatable {
  /// The newest first.
  public var records: [ImportRecord]
  /// Where the next page begins; 0 if this is the last.
  public var next: UInt64

  /// Makes a page.
  public init(records: [ImportRecord], next: UInt64) {
    self.records = records
    self.next = next
  }
}

/// A part of what the ledger lists of one import.
public struct LedgerPage<Element: Sendable>: Sendable {
  /// In their order.
  public var elements: [Element]
  /// Where the next page begins; nil if this is the last.
  public var next: UInt64?

  /// Makes a page.
  public init(elements: [Element], next: UInt64?) {
    self.elements = elements
    self.next = next
  }
}
