internal import CSQLite

/// The size of the page cache.
extension WorkspaceWriter {
  /// Takes the larger cache when changes are all over the store, if nobody else has it.
  func enlargeCache() {
    guard cacheLoan == nil, !applier.deferred.isEmpty, let loan = cacheLender.take() else { return }
    cacheLoan = loan
    connection.limitCache(bytes: cacheShareBytes + CacheLender.bytes)
  }

  /// Gives the larger cache back once no import is running.
  func shrinkCache() {
    guard cacheLoan != nil, running.isEmpty else { return }
    connection.limitCache(bytes: cacheShareBytes)
    cacheLoan = nil
    muster_trim_memory()
  }
}
