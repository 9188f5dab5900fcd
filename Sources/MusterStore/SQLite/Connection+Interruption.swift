internal import CSQLite
internal import MusterCore

extension Connection {
  /// Steps of SQLite's machine between two looks at whether a statement is still wanted: a
  /// millisecond or less.
  private static let stepsPerLook: Int32 = 20_000

  /// Runs statements that end once nobody waits for them; whoever calls this rolls back what they
  /// have written.
  ///
  /// - Throws: `cancelled` then.
  func interruptible<Value>(
    _ wanted: Wanted, _ body: () throws(StoreError) -> Value
  ) throws(StoreError) -> Value {
    try wanted.check()
    let context = unsafe Unmanaged.passUnretained(wanted).toOpaque()
    unsafe sqlite3_progress_handler(
      handle, Self.stepsPerLook,
      { context in
        guard let context = unsafe context else { return 0 }
        return unsafe Unmanaged<Wanted>.fromOpaque(context).takeUnretainedValue().hasEnded ? 1 : 0
      }, context)
    defer {
      unsafe sqlite3_progress_handler(handle, 0, nil, nil)
      withExtendedLifetime(wanted) {}
    }
    do throws(StoreError) {
      return try body()
    } catch {
      try wanted.check()
      throw error
    }
  }
}
