internal import CSQLite
internal import MusterCore
internal import MusterFaults
internal import Synchronization

/// How a workspace closes when nobody needs it, and opens again; on the writer's thread.
///
/// The store stays the same for whoever has it. Only its thread opens and closes the file, one
/// after the other: there are never two writers of it.
extension WorkspaceStore {
  /// Asks the workspace to close; it stays open if it is in use by then.
  func close(_ reason: ClosingReason) { add(.close(reason)) }

  /// Gives the page caches back, as far as nobody uses them.
  func emptyCaches() {
    readers.close()
    add(
      .tidy { writer in
        writer?.emptyCache()
        muster_trim_memory()
      })
  }

  // MARK: Opening

  /// The writer; the workspace is opened if it is closed.
  func open(_ writer: inout WorkspaceWriter?) throws(StoreError) -> WorkspaceWriter {
    if let writer { return writer }
    try neighbours?.beginOpening(number, of: self)
    do throws(StoreError) {
      let (openWriter, opened) = try opening.open(mayMakeFile: false)
      catalogueState.withLock { $0 = opened.catalogue.following($0) }
      openWriter.watch = watch
      writer = openWriter
      noteOpened(opened)
      return openWriter
    } catch {
      neighbours?.leave(number)
      throw error
    }
  }

  /// Has everybody know that the workspace is open, and begins what is due then.
  func noteOpened(_ opened: WorkspaceOpening.Opened) {
    uses.open(opened.lookup)
    uses.note()
    neighbours?.endOpening(number, of: self, opened.usage, nanoseconds: opened.nanoseconds)
    sweep()
    // What a daemon that was killed has not erased yet.
    if opened.isErasing { Task { [weak self] in try? await self?.eraseImages() } }
  }

  /// Puts another writer in the place of one whose file is gone; it does not count any more.
  func replace(_ writer: inout WorkspaceWriter?, by successor: WorkspaceWriter) {
    successor.watch = watch
    writer = successor
    uses.open(IdentityLookup(successor.index))
    neighbours?.leave(number)
  }

  // MARK: Closing

  /// Leaves the file whole and lets go of it, unless the workspace is in use.
  func close(_ writer: inout WorkspaceWriter?, _ reason: ClosingReason) {
    guard let neighbours, mayClose(writer) else {
      neighbours?.stays(number)
      return
    }
    readers.close()
    weak let connection = writer?.connection
    writer = nil
    // A second connection that writes could damage the file (Library facts, "SQLite").
    precondition(connection == nil, "The connection of a closed workspace is still there.")
    muster_trim_memory()
    neighbours.closed(number, name, reason)
  }

  /// Whether nobody uses the workspace, and all that is acknowledged is in its file; from then on
  /// it counts as closed for those who read.
  private func mayClose(_ writer: WorkspaceWriter?) -> Bool {
    guard let writer else { return false }
    if Mutant.closesWorkspacesInUse.isOn { return uses.close(isForced: true) }
    guard !isBusy(writer), !uses.isHeld, !jobs.hasWaiting(\.isUse), writer.prepareToClose() else {
      return false
    }
    return uses.close(isForced: false)
  }

  /// Whether an import or a watch needs the writer as it is, or its file may not be read anew: what
  /// is refused after a failed sync is refused until the daemon is started again (Promises, P6.
  private func isBusy(_ writer: WorkspaceWriter) -> Bool {
    !writer.running.isEmpty || !writer.watchers.isEmpty || writer.damage != nil
      || spools.withLock { !$0.isEmpty }
  }

  // MARK: Memory

  /// Says what the workspace takes, and hears what its page cache may take.
  func report(_ writer: WorkspaceWriter, isUse: Bool) {
    guard let neighbours else { return }
    var usage = writer.usage
    usage.isBusy = isBusy(writer)
    writer.shareCache(neighbours.report(number, usage, isUse: isUse))
  }
}

extension Catalogue {
  /// The same catalogue with the version that it has after another one: that one's own if nothing
  /// has changed.
  fileprivate func following(_ earlier: Catalogue) -> Catalogue {
    var catalogue = self
    catalogue.version = earlier.version
    if catalogue != earlier { catalogue.version += 1 }
    return catalogue
  }
}
