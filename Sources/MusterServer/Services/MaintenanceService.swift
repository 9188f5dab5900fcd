internal import GRPCCore
internal import MusterCore
internal import MusterWire

/// `muster.v1.MaintenanceService`.
struct MaintenanceService: RegistrableRPCService {
  let stores: any StoreProvider
  let places: SharedPlaces
  let stopping: StopFlag

  /// Bytes of one message: larger ones outrun back-pressure (Library facts, "gRPC").
  private static let dataBytesMax = 63 * 1024

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerServerStream(
      MaintenanceMethods.checkWorkspace, stopping: stopping, atStop: .end
    ) {
      (
        request: CheckWorkspaceRequest, access: CallAccess,
        writer: RPCWriter<CheckWorkspaceResponse>
      ) in
      try await withPlace(access) { try await check(request.workspace, writer) }
    }
    router.registerServerStream(
      MaintenanceMethods.backUpWorkspace, stopping: stopping, atStop: .end
    ) {
      (
        request: BackUpWorkspaceRequest, access: CallAccess,
        writer: RPCWriter<BackUpWorkspaceResponse>
      ) in
      try await withPlace(access) { try await backUp(request.workspace, writer) }
    }
  }

  private func withPlace(
    _ access: CallAccess, _ body: () async throws -> Void
  ) async throws {
    try await places.withPlace(
      for: access.peer.caller, "checks and backups", limit: "maintenanceMax", body)
  }

  private func check(
    _ workspace: String, _ writer: RPCWriter<CheckWorkspaceResponse>
  ) async throws {
    let (name, check) = try stores.check(workspace)
    var pace = ProgressPace()
    while let progress = try await check.step() {
      try Task.checkCancellation()
      if pace.isDue { try await writer.write(.progress(progress)) }
    }
    let report = check.report
    for finding in report.findings { try await writer.write(.finding(finding)) }
    try await writer.write(
      .summary(CheckSummary(report, workspace: name, store: check.location)))
  }

  private func backUp(
    _ workspace: String, _ writer: RPCWriter<BackUpWorkspaceResponse>
  ) async throws {
    let store = try await stores.workspace(workspace)
    let backup = store.makeBackup()
    var pace = ProgressPace()
    while let progress = try await backup.step() {
      try Task.checkCancellation()
      if pace.isDue { try await writer.write(.progress(progress)) }
    }
    var byteCount: UInt64 = 0
    while true {
      let bytes = try backup.read(byteCountMax: Self.dataBytesMax)
      if bytes.isEmpty { break }
      byteCount += UInt64(bytes.count)
      try await writer.write(.data(bytes))
      await Task.yield()
      try Task.checkCancellation()
    }
    try await writer.write(
      .summary(
        BackUpSummary(
          byteCount: byteCount, members: backup.memberCount, workspace: store.name,
          store: store.location)))
  }
}

/// Lets progress be told at once, and then as often as that of imports.
struct ProgressPace {
  private var lastAt: ContinuousClock.Instant?

  /// Whether it is time; asked only where it is told then.
  var isDue: Bool {
    mutating get {
      let now = ContinuousClock.now
      if let lastAt, now < lastAt + ImportOutbox.progressInterval { return false }
      lastAt = now
      return true
    }
  }
}
