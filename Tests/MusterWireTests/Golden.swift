import MusterCore
import MusterTestSupport
import MusterWire

/// Messages and their bytes, as Python's protobuf 7.36.2 or protoc 3.21.12 wrote them from
/// proto/.
enum Golden {
  static let importID = "0f0e0d0c-0b0a-4908-8706-050403020100"

  static var begin: BeginImport {
    var begin = BeginImport()
    begin.workspace = "acme"
    begin.columns = ["email", "form.patient.blood_type"].map { Array($0.utf8) }
    begin.options.role = "manager"
    begin.options.labels = .replace
    begin.options.normalizes = true
    begin.options.clearToken = Array("-".utf8)
    begin.options.strictIdentity = true
    begin.options.rejectsRepeats = true
    begin.options.ignoresUnknownColumns = true
    begin.options.faultsMax = 300
    begin.options.mode = .preview
    begin.options.isAllOrNothing = true
    begin.options.changesMax = 20
    begin.importID = importID
    begin.totals = DeclaredTotals(rows: 10_000, cellBytes: 1 << 40)
    return begin
  }
  static let beginBytes = bytes(
    hex: """
      0a790a0461636d651205656d61696c1217666f726d2e70617469656e742e626c6f6f645f74797065
      1a1f0a076d616e616765721002180122012d28013001380140ac0248025001581422243066306530
      6430632d306230612d343930382d383730362d3035303430333032303130302a0a08904e10808080
      808020
      """)

  static let chunkRows: [[[UInt8]]] = [
    [Array("a@b.cz".utf8), [], Array("Øster".utf8)], [], [[0x00, 0xFF]],
  ]
  static let chunkFirstRow: UInt64 = 1_000
  static let chunkBytes = bytes(
    hex: "121f08e80712120a066140622e637a0a000a06c39873746572120012040a0200ff")

  static let finishRowCount = UInt64.max
  static let finishBytes = bytes(hex: "1a0b08ffffffffffffffffff01")

  static var accepted: ImportAccepted {
    var counts = ImportCounts()
    counts.created = 1
    counts.updated = 2
    counts.unchanged = 3
    counts.rejected = 1
    counts.repeats = 5
    counts.identifierChanges = 4
    counts.normalized = 7
    counts.optIns = 8
    counts.optOuts = 9
    return ImportAccepted(
      importID: importID, nextRow: 7, limits: Limits(),
      progress: ImportProgress(counts: counts, committed: 6))
  }
  static let acceptedBytes = bytes(
    hex: """
      0a680a2430663065306430632d306230612d343930382d383730362d303530343033303230313030
      10071a2608904e1080ade204188080042080804028e80730808080023880800440a08d0648808080
      800122160807100618012002280330013805400448075008
      5809
      """)

  static var progress: ImportProgress {
    var counts = ImportCounts()
    counts.created = 1
    counts.updated = 2
    counts.unchanged = 3
    counts.rejected = 4
    counts.repeats = 5
    counts.identifierChanges = 6
    return ImportProgress(counts: counts, committed: 9)
  }
  static let progressBytes = bytes(hex: "1210080a1009180120022803300438054006")

  static let faults = [
    RowFault(
      row: 3, column: "email", code: .invalidEmail, value: [0x61, 0x40, 0x00, 0xFF],
      hint: "no domain"),
    RowFault(row: 4, column: nil, code: .noIdentifier),
  ]
  static let faultsBytes = bytes(
    hex: """
      1a6c0a3f08031205656d61696c1a0d696e76616c69645f656d61696c2214496e76616c696420656d
      61696c20666f726d61742a04614000ff32096e6f20646f6d61696e0a2908041a0d6e6f5f6964656e
      74696669657222164e6f206964656e7469666965722070726f7669646564
      """)

  static var summary: ImportSummary {
    var counts = ImportCounts()
    counts.created = 1
    counts.unchanged = 1
    counts.rejected = 1
    counts.faults = 2
    return ImportSummary(
      importID: importID, progress: ImportProgress(counts: counts, committed: 3),
      workspace: "acme", store: "/var/lib/muster/workspaces/acme.db", isPreview: true)
  }
  static let summaryBytes = bytes(
    hex: """
      22640a2430663065306430632d306230612d343930382d383730362d303530343033303230313030
      120c0803100318012801300160021802220461636d652a222f7661722f6c69622f6d75737465722f
      776f726b7370616365732f61636d652e646230023801
      """)

  static let changes = [
    RowChange(
      row: 3, outcome: .updated, member: .max,
      fields: [
        FieldChange(column: "name", old: Array("AØ".utf8), new: []),
        FieldChange(column: "form.f.size", old: [], new: Array("2".utf8)),
      ]),
    RowChange(
      row: 4, outcome: .created, member: 0,
      fields: [FieldChange(column: "email", old: [], new: Array("a@b.cz".utf8))]),
  ]
  static let changesBytes = bytes(
    hex: """
      2a420a290803100218ffffffff0f220b0a046e616d65120341c39822100a0b666f726d2e662e7369
      7a651a01320a1508041001220f0a05656d61696c1a066140622e637a
      """)

  static let headerColumns = ["_id", "email"]
  static let headerBytes = bytes(hex: "0a0c0a035f69640a05656d61696c")
  static let exportRequest = ExportMembersRequest(workspace: "acme", with: [.id, .role])
  static let exportRequestBytes = bytes(hex: "0a0461636d6512020102")

  static var record: ImportRecord {
    var counts = ImportCounts()
    counts.rejected = 2
    counts.faults = 9
    return ImportRecord(
      importID: importID, state: .stopped, progress: ImportProgress(counts: counts, committed: 2),
      columns: ["email", "name"], startedAt: 1_700_000_000, finishedAt: 1_700_000_001)
  }
  static let recordBytes = bytes(
    hex: """
      0a2430663065306430632d306230612d343930382d383730362d3035303430333032303130301003
      1a08080210023002600920092a05656d61696c2a046e616d653080e2cfaa063881e2cfaa06
      """)

  static let form = Form(
    slug: "patient",
    fields: [
      FormField(slug: "medical_id", type: .text, isRequired: true),
      FormField(slug: "blood_type", type: .choice(["A+", "O-"])),
    ])
  static let formRequestBytes = bytes(
    hex: """
      0a0461636d6512330a0770617469656e7412100a0a6d65646963616c5f69641001200112160a0a62
      6c6f6f645f7479706510061a02412b1a024f2d
      """)
}
