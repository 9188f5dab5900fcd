import Foundation
import MusterClient
import MusterCore
import MusterServer
import MusterStore
import MusterTestDaemon
import MusterTestSupport
import MusterWire

extension ReasonProvocation {
  /// What the store, the disk and the daemon's bounds do not let be done.
  static let stores: [Self] = [
    call(.otherVersion) { client, daemon in
      try writeDatabase(owner: 0x4D53_5452, layout: 99, to: daemon.file("workspaces/later.db"))
      _ = try await client.listLabels(ListLabelsRequest(workspace: "later"))
    },
    call(.dataLoss) { client, daemon in
      try writeDatabase(owner: 0, layout: 1, to: daemon.file("workspaces/other.db"))
      _ = try await client.listLabels(ListLabelsRequest(workspace: "other"))
    },
    call(.storeUnavailable) { client, daemon in
      // A file where the directory of copies has to be.
      let backups = daemon.file("backups")
      try? FileManager.default.removeItem(atPath: backups)
      try Data().write(to: URL(filePath: backups))
      _ = try await client.backUpWorkspace(BackUpWorkspaceRequest(workspace: "")) { _ in }
    },
    call(.internalError) { client, daemon in
      // Nobody but us takes it away.
      try FileManager.default.removeItem(atPath: daemon.file("spool"))
      var options = ImportOptions()
      options.isAllOrNothing = true
      _ = try await client.importRows(columns: ["external_id"], rows: [["a"]], options: options)
    },
    call(.tooManyCalls, [.limit: "exportsMax", .limitValue: "1"], bounds: oneExport) {
      client, daemon in
      let peer = try await unreadExport(client, daemon)
      defer { peer.die() }
      try await export(client)
    },
    call(.busy, bounds: oneExport) { client, daemon in
      // The place of an export is taken a moment before it reads the workspace: then once more.
      for _ in 0..<20 {
        let peer = try await unreadExport(client, daemon)
        defer { peer.die() }
        _ = try await client.renameWorkspace(RenameWorkspaceRequest(name: "w", newName: "v"))
        _ = try await client.renameWorkspace(RenameWorkspaceRequest(name: "v", newName: "w"))
      }
    },
  ]

  private static var oneExport: TransportBounds {
    var bounds = TransportBounds()
    bounds.exportsMax = 1
    return bounds
  }

  private static func export(_ client: MusterClient) async throws {
    try await client.exportMembers(ExportMembersRequest(workspace: "w", with: [])) { _ in
    } chunk: { _ in
    }
  }

  /// A client whose export of the workspace `w` has begun, and that reads nothing of it.
  private static func unreadExport(
    _ client: MusterClient, _ daemon: TestDaemon
  ) async throws -> HungPeer {
    if try await !client.listWorkspaces().contains(where: { $0.name == "w" }) {
      _ = try await client.createWorkspace(CreateWorkspaceRequest(name: "w"))
      let name = String(repeating: "n", count: 2_000)
      _ = try await client.importRows(
        workspace: "w", columns: ["external_id", "name"],
        rows: (0..<2_000).map { ["u\($0)", name] })
    }
    // It is refused if it comes while we look whether it has begun: then another one tries.
    for _ in 0..<20 {
      let peer = try HungPeer(daemon.socketPath)
      peer.greet()
      peer.call("muster.v1.MemberService/ExportMembers")
      peer.message(ProtoBytes.field(1, "w"), isLast: true)
      let hasBegun = try await becomesTrue(within: .seconds(2)) {
        do {
          try await export(client)
          return false
        } catch let error as MusterClientError where error.reason == .tooManyCalls {
          return true
        }
      }
      if hasBegun { return peer }
    }
    throw TestFailure("The export does not begin.")
  }

  /// Writes a SQLite database of one empty page (sqlite.org/fileformat2.html).
  private static func writeDatabase(owner: UInt32, layout: UInt32, to path: String) throws {
    var page = [UInt8](repeating: 0, count: 4_096)
    func write(_ bytes: [UInt8], at place: Int) {
      page.replaceSubrange(place..<(place + bytes.count), with: bytes)
    }
    func write(_ number: UInt32, at place: Int) {
      write([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }, at: place)
    }
    write(Array("SQLite format 3\0".utf8), at: 0)
    // Pages of 4,096 bytes, no log, nothing reserved, and three numbers that are always so.
    write([0x10, 0x00, 1, 1, 0, 64, 32, 32], at: 16)
    write(1, at: 24)
    write(1, at: 28)
    write(4, at: 44)
    write(1, at: 56)
    write(layout, at: 60)
    write(owner, at: 68)
    write(1, at: 92)
    // A leaf of the schema's table, without a cell.
    write([0x0D, 0, 0, 0, 0, 0x10, 0x00, 0], at: 100)
    try Data(page).write(to: URL(filePath: path))
  }
}

extension TestDaemon {
  /// A path below the data directory.
  fileprivate func file(_ name: String) -> String { directory.path + "/" + name }
}
