import MusterCore
import MusterTestSupport
import MusterWire
import Testing

/// The messages of checks and backups, against bytes that Python's protobuf 7.36.2 wrote.
@Suite struct MaintenanceGoldenTests {
  private static let store = "/var/lib/muster/workspaces/acme.db"

  private static var report: CheckReport {
    var report = CheckReport()
    report.members = 3
    report.imports = 2
    report.findings = [finding]
    report.indexCompared = true
    return report
  }
  private static let finding = CheckFinding(
    rule: "unique_email", message: "Two members have one email.", count: 2,
    members: [7, 4_294_967_295],
    imports: [Golden.importID], details: ["row 1", ""])

  private static let checkRequestBytes = bytes(hex: "0a0461636d65")
  private static let checkProgressBytes = bytes(hex: "0a0908ac02108080808020")
  private static let findingBytes = bytes(
    hex: """
      12640a0c756e697175655f656d61696c121b54776f206d656d626572732068617665206f6e652065
      6d61696c2e1802220607ffffffff0f2a2430663065306430632d306230612d343930382d38373036
      2d3035303430333032303130303205726f7720313200
      """)
  private static let checkSummaryBytes = bytes(
    hex: """
      1a3208031002180120012a0461636d6532222f7661722f6c69622f6d75737465722f776f726b7370
      616365732f61636d652e6462
      """)
  private static let backUpProgressBytes = bytes(hex: "0a0a08802010808080808020")
  private static let backUpDataBytes = bytes(hex: "120853514c69746500ff")
  private static let noDataBytes = bytes(hex: "1200")
  private static let backUpSummaryBytes = bytes(
    hex: """
      1a300880801710021a0461636d6522222f7661722f6c69622f6d75737465722f776f726b73706163
      65732f61636d652e6462
      """)

  @Test func `a request for a check, or for a backup, is written and read as protobuf does`() throws
  {
    let request = CheckWorkspaceRequest(workspace: "acme")
    #expect(try hex(wireBytes(request)) == hex(Self.checkRequestBytes))
    #expect(try unpack(CheckWorkspaceRequest.self, Self.checkRequestBytes) == request)
  }

  @Test(arguments: [
    (
      CheckWorkspaceResponse.progress(CheckProgress(members: 300, memberTotal: 1 << 33)),
      checkProgressBytes
    ),
    (.finding(finding), findingBytes),
    (.summary(CheckSummary(report, workspace: "acme", store: store)), checkSummaryBytes),
  ])
  func `a message of a check is written and read as protobuf does`(
    _ message: CheckWorkspaceResponse, _ golden: [UInt8]
  ) throws {
    #expect(try hex(wireBytes(message)) == hex(golden))
    #expect(try unpack(CheckWorkspaceResponse.self, golden) == message)
  }

  @Test(arguments: [
    (
      BackUpWorkspaceResponse.progress(BackupProgress(byteCount: 4_096, byteTotal: 1 << 40)),
      backUpProgressBytes
    ),
    (.data(Array("SQLite".utf8) + [0x00, 0xFF]), backUpDataBytes), (.data([]), noDataBytes),
    (
      .summary(
        BackUpSummary(byteCount: 376_832, members: 2, workspace: "acme", store: store)),
      backUpSummaryBytes
    ),
  ])
  func `a message of a backup is written and read as protobuf does`(
    _ message: BackUpWorkspaceResponse, _ golden: [UInt8]
  ) throws {
    #expect(try hex(wireBytes(message)) == hex(golden))
    #expect(try unpack(BackUpWorkspaceResponse.self, golden) == message)
  }
}
