internal import GRPCCore
internal import MusterCore
internal import MusterWire

/// `muster.v1.MemberService`.
struct MemberService: RegistrableRPCService {
  let stores: any StoreProvider
  let limits: Limits
  let exports: SharedPlaces
  let stopping: StopFlag

  /// Bytes of one message, about: larger ones outrun back-pressure (Library facts, "gRPC").
  private static let messageBytesMax = 56 * 1024
  /// Bytes that protobuf adds to a row and to each of its cells, for cells of less than 128 bytes.
  /// Without them a message of blank cells could be over the 4 MiB that stock clients take.
  private static let rowBytes = 4
  private static let cellBytes = 2

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    registerSingleMembers(with: &router)
    router.registerServerStream(
      MemberMethods.exportMembers, stopping: stopping, atStop: .endUnread
    ) {
      (request: ExportMembersRequest, access: CallAccess, writer: RPCWriter<ExportResponse>) in
      try await exports.withPlace(for: access.peer.caller, "exports", limit: "exportsMax") {
        try await Self.export(request, from: stores, to: writer)
      }
    }
  }

  private static func export(
    _ request: ExportMembersRequest, from stores: any StoreProvider,
    to writer: RPCWriter<ExportResponse>
  ) async throws {
    let store = try await stores.workspace(request.workspace)
    let filter = try MemberFilter(
      role: request.role, labels: request.labels, text: "", catalogue: store.catalogue)
    let export = try store.makeExport(with: request.with.map(\.extra), filter: filter)
    try await writer.write(.header(export.columns))
    var builder = RowChunkBuilder()
    var pages: [RowChunk] = []
    var sentRows: UInt64 = 0
    var hasMore = true
    let overheadBytes = rowBytes + cellBytes * export.columns.count
    while hasMore {
      var failure: WireError?
      hasMore = unsafe try export.readPage { cells in
        for place in 0..<cells.count { unsafe builder.append(cells[place].buffer) }
        builder.endRow()
        let messageBytes = builder.cellByteCount + builder.rowCount * overheadBytes
        guard messageBytes >= messageBytesMax, failure == nil else { return }
        do throws(WireError) {
          pages.append(try builder.build(firstRow: sentRows))
          sentRows += UInt64(pages.last?.rowCount ?? 0)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      for page in pages {
        try await writer.write(.chunk(page))
        await Task.yield()
      }
      pages.removeAll(keepingCapacity: true)
      // Pages without a row that the filter accepts write nothing, and must end all the same when
      // the client is gone.
      await Task.yield()
      try Task.checkCancellation()
    }
    if builder.rowCount > 0 {
      try await writer.write(.chunk(try builder.build(firstRow: sentRows)))
    }
  }
}

extension ExportColumn {
  /// The column as the store knows it.
  var extra: ExportExtra {
    switch self {
    case .id: .id
    case .role: .role
    case .createdAt: .createdAt
    case .updatedAt: .updatedAt
    }
  }
}
