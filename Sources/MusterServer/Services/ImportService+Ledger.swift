internal import GRPCCore
internal import MusterCore
internal import MusterWire

/// The calls about imports that have begun.
extension ImportService {
  func registerLedger<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerUnary(ImportMethods.getImport) { (request: GetImportRequest) in
      let store = try await stores.workspace(request.workspace)
      return GetImportResponse(record: try await store.importRecord(request.importID.lowercased()))
    }
    router.registerUnary(ImportMethods.listImports) { (request: ListImportsRequest) in
      let store = try await stores.workspace(request.workspace)
      let page = try await store.imports(try Self.query(request))
      return ListImportsResponse(
        imports: page.records, nextPageToken: page.next == 0 ? "" : String(page.next))
    }
    router.registerUnary(ImportMethods.cancelImport) { (request: CancelImportRequest) in
      let store = try await stores.workspace(request.workspace)
      return CancelImportResponse(record: try await store.cancel(request.importID.lowercased()))
    }
    router.registerServerStream(ImportMethods.watchImport, stopping: stopping, atStop: .end) {
      try await watch($0, $1)
    }
    router.registerServerStream(ImportMethods.listFaults, stopping: stopping, atStop: .end) {
      try await listFaults($0, $1)
    }
    router.registerServerStream(ImportMethods.undoImport, stopping: stopping, atStop: .end) {
      (request: UndoImportRequest, access: CallAccess, writer: RPCWriter<UndoImportResponse>) in
      let store = try await stores.workspace(request.workspace)
      let importID = request.importID.lowercased()
      try await undoPlaces.withPlace(for: access.peer.caller, "undos", limit: "undosMax") {
        try await undos.run(importID, in: store.name) {
          try await UndoStream(store: store, importID: importID).run(writer)
        }
      }
    }
  }

  private static func query(_ request: ListImportsRequest) throws(StoreError) -> ImportQuery {
    var query = ImportQuery()
    if request.pageSize > 0 { query.countMax = Int(request.pageSize) }
    query.states = Set(request.states)
    if let before = try PageToken.number(request.pageToken) { query.before = before }
    return query
  }

  private func watch(
    _ request: WatchImportRequest, _ writer: RPCWriter<WatchImportResponse>
  ) async throws {
    let store = try await stores.workspace(request.workspace)
    for await record in try await store.watch(request.importID.lowercased()) {
      try await writer.write(WatchImportResponse(record: record))
      if record.state.isOver && record.state != .undoing { return }
      // What comes meanwhile waits, and only the newest of it.
      try await Task.sleep(for: ImportOutbox.progressInterval)
    }
    try Task.checkCancellation()
    throw StoreError(
      .unavailable, "The import cannot be watched any longer; look it up again.")
  }

  private func listFaults(
    _ request: ListFaultsRequest, _ writer: RPCWriter<ListFaultsResponse>
  ) async throws {
    let store = try await stores.workspace(request.workspace)
    var next: UInt64? = 0
    while let first = next {
      let page = try await store.faults(of: request.importID.lowercased(), from: first)
      for part in ImportOutbox.parts(page.elements) {
        try await writer.write(ListFaultsResponse(faults: part))
        await Task.yield()
        try Task.checkCancellation()
      }
      next = page.next
    }
  }
}
