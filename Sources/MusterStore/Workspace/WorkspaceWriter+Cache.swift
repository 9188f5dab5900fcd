internal import CSQLite

/// The size of the page cache.
extension WorkspaceWriter {
  /// Takes the larger cache when changes are all over the store, if nobody else has it.
  func enlargeCache() {
    guard cacheLoan == nil, !applier.deferred.isEmpty, let loan = cacheLender.take() else { return }
    cacheLoan = loan
    limitCache()
  }

  /// Gives the larger cache back once no import is running.
  func shrinkCache() {
    guard cacheLoan != nil, running.isEmpty else { return }
    cacheLoan = nil
    limitCache()
    muster_trim_memory()
  }

  /// Takes another share of the memory for page caches.
  func shareCache(_ bytes: Int) {
    guard bytes != cacheShareBytes else { return }
    cacheShareBytes = bytes
    limitCache()
  }

  private func limitCache() {
    connection.limitCache(bytes: cacheShareBytes + (cacheLoan == nil ? 0 : CacheLender.bytes))
  }
}
