import MusterClient
import MusterTestDaemon
import MusterTestSupport
import Testing

/// Members in, typed and as cells.
@Suite(.timeLimit(.minutes(1))) struct ImportTests {
  static let columns: [MemberColumn] = [
    .form("patient", "blood_type"), .email, .phone, .externalID, .name, .description,
    .dateOfBirth, .labels, .notifyEmail, .notifySMS, .notifyVoice, .named("_line"),
  ]

  static let alice = Member(
    email: "alice@example.com", phone: "+15555550123", externalID: "u1", name: "Alice",
    description: "Of the board", dateOfBirth: CalendarDay(year: 1980, month: 6, day: 15),
    labels: ["premium", "vip"], notifyEmail: true, notifySMS: false,
    forms: ["patient": ["blood_type": "A+"]])

  static let bob = Member(externalID: "u2", name: "", labels: ["vip"])

  /// The same two as cells.
  static let cells: [[String?]] = [
    [
      "A+", "alice@example.com", "+15555550123", "u1", "Alice", "Of the board", "1980-06-15",
      "premium,vip", "true", "false", nil, nil,
    ],
    [nil, nil, nil, "u2", nil, nil, nil, "vip", nil, nil, nil, nil],
  ]

  static func prepare(_ muster: MusterClient, workspace: String = "default") async throws {
    _ = try await muster.createLabels(
      CreateLabelsRequest(workspace: workspace, slugs: ["premium", "staff", "vip"]))
    let field = FormField(slug: "blood_type", type: .text)
    _ = try await muster.createForm(
      CreateFormRequest(workspace: workspace, form: Form(slug: "patient", fields: [field])))
  }

  @Test func `members come out as they were written`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        try await Self.prepare(muster)
        let result = try await muster.importMembers(columns: Self.columns) { rows in
          try await rows.write(Self.alice)
          try await rows.write(Self.bob)
        }
        #expect(result.counts.created == 2 && result.counts.received == 2)
        #expect(result.faults.isEmpty && result.workspace == "default")
        let members = try await muster.exportMembers { rows in
          var members: [Member] = []
          for try await row in rows { members.append(row.member) }
          return members
        }
        var bob = Self.bob
        bob.name = nil
        #expect(members == [Self.alice, bob])
      }
    }
  }

  @Test func `cells of every kind do what typed members do`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        var exports: [[[String]]] = []
        for (number, kind) in ["typed", "optional", "text", "part", "bytes"].enumerated() {
          let workspace = "w\(number)"
          _ = try await muster.createWorkspace(CreateWorkspaceRequest(name: workspace))
          try await Self.prepare(muster, workspace: workspace)
          let result = try await muster.importMembers(
            columns: Self.columns, workspace: workspace
          ) { rows in
            for (member, cells) in zip([Self.alice, Self.bob], Self.cells) {
              let texts = cells.map { $0 ?? "" }
              switch kind {
              case "typed": try await rows.write(member)
              case "optional": try await rows.write(cells: cells)
              case "text": try await rows.write(cells: texts)
              case "part": try await rows.write(cells: texts.map { $0[...] })
              default: try await rows.write(cells: texts.map { Array($0.utf8) })
              }
            }
          }
          #expect(result.counts.created == 2)
          exports.append(try await daemon.exportedRows(workspace: workspace))
        }
        #expect(exports.allSatisfy { $0 == exports[0] })
        #expect(exports[0].count == 2)
      }
    }
  }

  @Test func `nil and an empty text change nothing`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        try await Self.prepare(muster)
        _ = try await muster.importMembers(from: [Self.alice], columns: Self.columns)
        let before = try await daemon.exportedRows()
        let blank = Member(
          externalID: "u1", name: nil, description: "", labels: [], forms: ["patient": [:]])
        let result = try await muster.importMembers(from: [blank], columns: Self.columns)
        #expect(result.counts.unchanged == 1)
        #expect(try await daemon.exportedRows() == before)
        let renamed = Member(externalID: "u1", name: "Alice B", notifySMS: true)
        let second = try await muster.importMembers(from: [renamed])
        #expect(second.counts.updated == 1)
        let row = try #require(try await daemon.exportedRows().first)
        var wanted = before[0]
        wanted[3] = "Alice B"
        wanted[8] = "true"
        #expect(row == wanted)
      }
    }
  }

  @Test func `a value without a column is an error and nothing of its row is sent`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        let stray: [(Member, String)] = [
          (Member(phone: "+15555550123", externalID: "u1"), "\"phone\""),
          (Member(externalID: "u1", labels: ["vip"]), "\"labels\""),
          (Member(externalID: "u1", notifyVoice: false), "\"notify_voice\""),
          (Member(externalID: "u1", forms: ["patient": ["id": "1"]]), "\"form.patient.id\""),
        ]
        for (member, column) in stray {
          let error = await #expect(throws: MusterClientError.self) {
            _ = try await muster.importMembers(columns: [.externalID]) { rows in
              try await rows.write(member)
            }
          }
          #expect(error?.code == .invalidArgument)
          #expect(error?.message.contains(column) == true)
          #expect(error?.importID != nil)
        }
      }
      #expect(try await daemon.exportedRows().isEmpty)
    }
  }

  @Test(arguments: ["a,b", "a;b", "", " a"])
  func `a label that is not one slug is an error`(_ label: String) async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        let error = await #expect(throws: MusterClientError.self) {
          _ = try await muster.importMembers(columns: [.externalID, .labels]) { rows in
            try await rows.write(Member(externalID: "u", labels: [label]))
          }
        }
        #expect(error?.code == .invalidArgument)
      }
    }
  }

  @Test func `rows of any number and size of cells are faults of their own`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        let long = String(repeating: "x", count: 5 * 1024 * 1024)
        let result = try await muster.importMembers(columns: [.externalID, .name]) { rows in
          try await rows.write(cells: ["u1", "one"])
          try await rows.write(cells: ["u2"])
          try await rows.write(cells: [String]())
          try await rows.write(cells: Array(repeating: "x", count: 10_000))
          try await rows.write(cells: ["u3", long])
          try await rows.write(cells: Array(repeating: String(long.prefix(60_000)), count: 1_000))
          try await rows.write(cells: [[0x75, 0x34], [0xFF, 0xFE]])
          try await rows.write(cells: ["u5", "five"])
        }
        #expect(result.counts.created == 2 && result.counts.rejected == 6)
        #expect(
          result.faults.map(\.code) == [
            .wrongCellCount, .wrongCellCount, .wrongCellCount, .valueTooLong, .wrongCellCount,
            .invalidUTF8,
          ])
        #expect(result.faults.map(\.row) == [2, 3, 4, 5, 6, 7])
      }
    }
  }

  @Test func `the columns that members need are found in Muster's order`() {
    let members = [
      Member(name: "x", forms: ["b": ["z": "1", "y": ""]]), Member(phone: "+15555550123"),
      Member(labels: ["v"], forms: ["a": ["c": "2"]]), Member(email: ""),
    ]
    #expect(
      MemberColumn.needed(for: members) == [
        .phone, .name, .labels, .form("a", "c"), .form("b", "z"),
      ])
    #expect(MemberColumn.needed(for: []) == [.email])
    #expect(MemberColumn.needed(for: [Member(name: "x")]) == [.email, .name])
  }

  @Test func `a column's name says which it is`() {
    for column in Self.columns { #expect(MemberColumn(column.columnName) == column) }
    #expect(MemberColumn("external_id") == .externalID)
    #expect(MemberColumn("form.patient.blood_type") == .form("patient", "blood_type"))
    for name in ["", "Email", "form.x", "form.x.y.z", "_id"] {
      #expect(MemberColumn(name) == .named(name))
      #expect(MemberColumn(name).columnName == name)
    }
  }
}
