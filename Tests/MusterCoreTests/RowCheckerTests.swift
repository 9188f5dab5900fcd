import MusterCore
import MusterTestSupport
import Testing

struct RowCheckerTests {
  /// A fault as `column code value`, without its hint.
  static func texts(_ faults: some Sequence<RowFault>) -> [String] {
    faults.map {
      "\($0.column ?? "-") \($0.code.rawValue) \(String(decoding: $0.value, as: UTF8.self))"
    }
  }

  @Test("columns in any order, and ignored ones between, give the same checked row")
  func columnOrder() throws {
    var random = SeededGenerator(seed: testSeed())
    let cells = [
      "email": "Anna@x.org", "phone": "+15550001", "external_id": "e1", "name": "A",
      "description": "B", "date_of_birth": "1980-06-15", "labels": "vip;board",
      "notify_email": "TRUE", "notify_sms": "0", "notify_voice": "1", "form.survey.size": "12",
      "form.survey.color": "red", "form.event.zone": "z", "_line": "7",
    ]
    var fingerprints: Set<UInt64> = []
    for _ in 0..<30 {
      let columns = cells.keys.sorted().shuffled(using: &random)
      let checking = try Checking(columns)
      let chunk = checking.check([columns.map { cells[$0] ?? "" }])
      #expect(chunk.faults == [])
      let stored = MemberField.allCases.map { chunk.text(0, $0) }
      #expect(
        stored == [
          "Anna@x.org", "+15550001", "e1", "A", "B", "1980-06-15", "board,vip", "1", "0", "1",
        ])
      let forms = unsafe String(decoding: chunk.row(0).pointee.forms.bytes(), as: UTF8.self)
      #expect(
        forms == #"{"event":{"zone":"z"},"survey":{"color":"red","size":"12"}}"#, "\(columns)")
      unsafe fingerprints.insert(chunk.row(0).pointee.fingerprint)
    }
    #expect(fingerprints.count == 1)
  }

  /// A column, its cell, and the fault that it must be.
  @Test(
    "each broken rule is its fault, with its column, its value and a hint",
    arguments: [
      ("email", "no-at", .invalidEmail), ("email", "a\0@b.c", .nulCharacter),
      ("phone", "5551234567", .invalidPhone), ("external_id", "\0", .nulCharacter),
      ("name", "a\0", .nulCharacter), ("date_of_birth", "1980-02-30", .invalidDate),
      ("date_of_birth", "2999-01-01", .invalidDate), ("labels", "nobody", .unknownLabel),
      ("labels", "VIP", .unknownLabel), ("notify_email", "yes", .invalidBoolean),
      ("notify_sms", "2", .invalidBoolean), ("notify_voice", "true ", .invalidBoolean),
      ("form.survey.size", "large", .invalidFormValue),
      ("form.survey.color", "Red", .invalidFormValue),
    ] as [(String, String, FaultCode)])
  func eachFault(column: String, cell: String, code: FaultCode) throws {
    // The other identifier keeps the row from having none.
    let other = column == "phone" ? ("email", "a@b.c") : ("phone", "+15550001")
    let chunk = try Checking([other.0, column]).check([[other.1, cell], [other.1, ""]])
    #expect(chunk.faults.count == 1)
    let fault = try #require(chunk.faults.first)
    #expect(fault.row == 1)
    #expect(fault.column == column)
    #expect(fault.code == code)
    #expect(fault.value == Array(cell.utf8))
    #expect(fault.hint?.isEmpty == false)
    unsafe #expect(chunk.row(0).pointee.isFaulty)
    #expect(chunk.faults(ofRow: 0).count == 1)
    unsafe #expect(!chunk.row(1).pointee.isFaulty)
    #expect(chunk.faults(ofRow: 1).isEmpty)
  }

  @Test("all faults of a row are told together, in the order of its columns")
  func manyFaults() throws {
    let checking = try Checking(["labels", "date_of_birth", "email", "_x", "phone", "notify_sms"])
    let chunk = checking.check([
      ["vip", "", "a@b.c", "", "", ""],
      ["vip,no1;no2", "x", "y", "z", "5", "maybe"],
      ["", "", "", "", "+15550001", ""],
    ])
    #expect(
      Self.texts(chunk.faults) == [
        "labels unknown_label no1", "labels unknown_label no2", "date_of_birth invalid_date x",
        "email invalid_email y", "phone invalid_phone 5", "notify_sms invalid_boolean maybe",
      ])
    #expect(chunk.faults.allSatisfy { $0.row == 2 })
    #expect(chunk.faults(ofRow: 1).count == 6)
    #expect(chunk.faults(ofRow: 2).isEmpty)
  }

  @Test("no identifier stands beside the other faults of the row, unless one of them is a bad one")
  func noIdentifier() throws {
    let checking = try Checking(["email", "name", "date_of_birth", "external_id"])
    let chunk = checking.check([
      ["", "A", "", ""], ["", "", "", ""], ["", "", "x", ""], ["y", "", "x", ""],
      ["y", "", "", "e1"],
    ])
    let byRow = (0..<5).map { Self.texts(chunk.faults(ofRow: $0)) }
    #expect(
      byRow == [
        ["- no_identifier "], ["- no_identifier "],
        ["date_of_birth invalid_date x", "- no_identifier "],
        ["email invalid_email y", "date_of_birth invalid_date x"], ["email invalid_email y"],
      ])
  }

  @Test("a wrong number of cells stands alone", arguments: [0, 1, 3, 1_000])
  func cellCount(count: Int) throws {
    let checking = try Checking(["email", "date_of_birth"])
    let rows = [Array(repeating: "bad", count: count), ["a@b.c", ""]]
    let chunk = checking.check(rows)
    #expect(Self.texts(chunk.faults) == ["- wrong_cell_count "])
    #expect(chunk.faults[0].row == 1)
    #expect(chunk.faults[0].hint?.contains("2 columns") == true)
    #expect(chunk.text(1, .email) == "a@b.c")
  }

  @Test("a cell may have 64 KiB and no byte more")
  func longCell() throws {
    let checking = try Checking(["external_id", "name"])
    let (right, long) = (letters(65_536), letters(65_537))
    let chunk = checking.check([["e1", right], ["e1", long], [right, ""], [long, ""]])
    #expect(
      Self.texts(chunk.faults) == [
        "name value_too_long \(letters(256))", "external_id value_too_long \(letters(256))",
      ])
    #expect(chunk.faults.map(\.row) == [2, 4])
    #expect(chunk.text(0, .name) == right)
    #expect(chunk.text(2, .externalID) == right)
  }

  @Test("a row may have 1 MiB, ignored columns included, and no byte more")
  func longRow() throws {
    let columns = ["external_id"] + (0..<17).map { "_\($0)" }
    let checking = try Checking(columns)
    let full = ["e"] + Array(repeating: letters(65_536), count: 15) + [letters(65_535), ""]
    var over = full
    over[17] = "x"
    let chunk = checking.check([full, over])
    #expect(Self.texts(chunk.faults) == ["- value_too_long "])
    #expect(chunk.faults[0].row == 2)
    #expect(chunk.cellByteCount == 2 * 1_048_576 + 1)
  }

  @Test("the first row over the limit of bytes and all after it are left out")
  func byteLimit() throws {
    let checking = try Checking(["external_id", "_x"])
    let source = TestRows(
      firstRow: 40, texts: [["ab", "c"], ["de", "f"], ["g", ""], ["h", ""]])
    for (limit, rowCount, byteCount) in [
      (nil, 4, 8), (100, 4, 8), (8, 4, 8), (7, 3, 7), (6, 2, 6), (5, 1, 3), (3, 1, 3), (2, 0, 0),
      (0, 0, 0),
    ] as [(UInt64?, Int, UInt64)] {
      let chunk = checking.checker.check(source, cellBytesLeft: limit)
      #expect(chunk.rowCount == rowCount, "limit \(limit ?? 0)")
      #expect(chunk.cellByteCount == byteCount)
      #expect(chunk.isOverByteLimit == (rowCount < 4))
      #expect(chunk.firstRow == 40)
    }
  }

  @Test("rows at the start can be left out, and rows at the end")
  func skipping() throws {
    let checking = try Checking(["external_id"])
    let source = TestRows(firstRow: 10, texts: [["a"], [""], ["c"], [""], ["e"]])
    let chunk = checking.checker.check(source, skipping: 1, count: 3)
    #expect(chunk.firstRow == 11)
    #expect(chunk.rowCount == 3)
    #expect(chunk.text(1, .externalID) == "c")
    #expect(chunk.faults.map(\.row) == [12, 14])
    #expect(chunk.cellByteCount == 1)
    #expect(checking.checker.check(source, skipping: 5).rowCount == 0)
    #expect(checking.checker.check(source, skipping: 9).rowCount == 0)
    #expect(checking.checker.check(source, count: 0).rowCount == 0)
    #expect(checking.checker.check(source, skipping: 4, count: 9).rowCount == 1)
  }

  @Test("normalise trims every cell, and takes the separators out of a phone with a plus")
  func normalizing() throws {
    var options = ImportOptions()
    options.normalizes = true
    let columns = ["email", "phone", "external_id", "name", "date_of_birth", "notify_sms"]
    let rows = [
      [" anna@x.org\t", " +1 (555) 000-0001", "\u{A0}e1 ", " A B ", "1980-06-15 ", " TRUE"],
      ["", "555 0001", "e1", " ", "", ""],
    ]
    let chunk = try Checking(columns, options: options).check(rows)
    let stored = [MemberField.email, .phone, .externalID, .name, .dateOfBirth, .notifySMS].map {
      chunk.text(0, $0)
    }
    #expect(stored == ["anna@x.org", "+15550000001", "e1", "A B", "1980-06-15", "1"])
    #expect(Self.texts(chunk.faults) == ["phone invalid_phone 555 0001"])
    #expect(chunk.text(1, .name) == nil)
    // Every cell of the first row; a name of spaces, which is blank, in the second.
    unsafe #expect(chunk.row(0).pointee.normalizedCount == 6)
    unsafe #expect(chunk.row(1).pointee.normalizedCount == 1)

    let plain = try Checking(columns).check(rows)
    #expect(plain.text(0, .name) == " A B ")
    #expect(plain.faults(ofRow: 0).count == 4)
    unsafe #expect(plain.row(0).pointee.normalizedCount == 0)
    let same = try Checking(columns, options: options).check([
      ["anna@x.org", "+15550000001", "e1", "A B", "1980-06-15", "1"]
    ])
    unsafe #expect(same.row(0).pointee.normalizedCount == 0)
    unsafe #expect(same.row(0).pointee.fingerprint == chunk.row(0).pointee.fingerprint)
    unsafe #expect(same.row(0).pointee.emailHash == chunk.row(0).pointee.emailHash)
    unsafe #expect(same.row(0).pointee.phoneHash == chunk.row(0).pointee.phoneHash)
  }

  @Test("normalise takes off one quote before a formula, and no other")
  func normalizingSpreadsheets() throws {
    var options = ImportOptions()
    options.normalizes = true
    let sent = ["'=1+1", "''=1", " '-x", "'plain", "'", "=1", "'@"]
    let chunk = try Checking(["external_id", "name"], options: options).check(
      sent.enumerated().map { ["e\($0)", $1] })
    let stored = sent.indices.map { chunk.text($0, .name) }
    #expect(stored == ["=1+1", "'=1", "-x", "'plain", "'", "=1", "@"])
    let counts = sent.indices.map { row in unsafe chunk.row(row).pointee.normalizedCount }
    #expect(counts == [1, 1, 1, 0, 0, 0, 1])
    let plain = try Checking(["external_id", "name"]).check([["e", "'=1+1"]])
    #expect(plain.text(0, .name) == "'=1+1")
  }

  @Test("a cell that equals the clear token clears its field, in any column")
  func clearToken() throws {
    var options = ImportOptions()
    options.clearToken = Array("NULL".utf8)
    let columns = ["email", "external_id", "date_of_birth", "labels", "form.survey.color"]
    let rows = [
      ["NULL", "e1", "NULL", "NULL", "NULL"], ["NULL", "NULL", "", "", ""],
      ["", "e1", "null", "", ""], ["", "NULL ", "", "", ""],
    ]
    let chunk = try Checking(columns, options: options).check(rows)
    let cleared = [0, 2, 3, 4, 5, 6, 10].map { chunk.text(0, $0) }
    #expect(cleared == ["CLEARED", "e1", nil, nil, "CLEARED", "CLEARED", "CLEARED"])
    unsafe #expect(chunk.row(0).pointee.clearsFields)
    unsafe #expect(chunk.row(0).pointee.emailHash == 0)
    unsafe #expect(chunk.row(0).pointee.fingerprint == 0)
    #expect(
      Self.texts(chunk.faults) == ["- no_identifier ", "date_of_birth invalid_date null"])
    #expect(chunk.text(3, .externalID) == "NULL ")
    let plain = try Checking(columns).check([["", "NULL", "", "", ""]])
    #expect(plain.text(0, .externalID) == "NULL")
  }

  @Test("emails of one key have one hash; the spelling is kept")
  func emailKeys() throws {
    let rows = [
      "zo\u{EB}@x.org", "Zoe\u{308}@X.org", "zo\u{CB}@x.org", "\u{212A}im@x.org", "KIM@x.org",
    ]
    let chunk = try Checking(["email"]).check(rows.map { [$0] })
    #expect(chunk.faults == [])
    let hashes = (0..<5).map { unsafe chunk.row($0).pointee.emailHash }
    #expect(hashes[0] == hashes[1])
    #expect(hashes[0] != hashes[2])
    #expect(hashes[3] == hashes[4])
    #expect(Set(hashes).count == 3)
    #expect(!hashes.contains(0))
    for (row, text) in rows.enumerated() {
      unsafe #expect(chunk.values(ofRow: row)[0].bytes() == Array(text.utf8))
    }
    // Another spelling is another value: the fingerprint must not say "unchanged" of itself.
    unsafe #expect(chunk.row(0).pointee.fingerprint != chunk.row(1).pointee.fingerprint)
    unsafe #expect(
      String(decoding: chunk.row(3).pointee.emailKey.bytes(), as: UTF8.self) == "kim@x.org")
    unsafe #expect(chunk.row(4).pointee.emailKey.isBlank)
  }

  @Test("bytes that are no text are a fault that says where", arguments: [0, 1, 7, 8, 30])
  func invalidText(offset: Int) throws {
    for (byte, code) in [(0xFF, .invalidUTF8), (0, .nulCharacter)] as [(UInt8, FaultCode)] {
      var cell = [UInt8](repeating: 0x61, count: 40)
      cell[offset] = byte
      for column in ["external_id", "name", "email", "labels", "notify_sms", "form.event.zone"] {
        let chunk = try Checking(["phone", column]).check(bytes: [[Array("+15550001".utf8), cell]])
        let fault = try #require(chunk.faults.first)
        #expect(chunk.faults.count == 1)
        #expect(fault.code == code)
        #expect(fault.column == column)
        #expect(fault.value == cell)
        #expect(fault.hint?.contains("byte \(offset + 1) ") == true)
      }
    }
  }

  @Test("an ignored column may hold anything of any length")
  func ignoredColumn() throws {
    let chunk = try Checking(["_x", "external_id"]).check(bytes: [
      [[0xFF, 0], [0x61]], [Array(repeating: 0, count: 70_000), [0x62]],
    ])
    #expect(chunk.faults == [])
    #expect(chunk.cellByteCount == 70_004)
  }

  @Test("a row leaves a required field open if it touches the form and does not give it")
  func requiredFields() throws {
    var options = ImportOptions()
    options.clearToken = Array("-".utf8)
    let both = try Checking(
      ["external_id", "form.survey.color", "form.survey.size"], options: options)
    let rows = [
      ("", "", false), ("red", "1", false), ("", "1", false), ("red", "", true), ("red", "-", true),
      ("-", "", true), ("", "-", true), ("-", "1", false),
    ]
    let chunk = both.check(rows.map { ["e", $0.0, $0.1] })
    for (row, expected) in rows.enumerated() {
      unsafe #expect(chunk.row(row).pointee.leavesRequiredOpen == expected.2, "\(expected)")
      if expected.2 { unsafe #expect(chunk.row(row).pointee.fingerprint == 0) }
    }
    let one = try Checking(["external_id", "form.survey.color"], options: options)
    let lacking = one.check([["e", "red"], ["e", ""], ["e", "-"]])
    let open = (0..<3).map { unsafe lacking.row($0).pointee.leavesRequiredOpen }
    #expect(open == [true, false, true])
  }

  @Test("values stay readable as long as the chunk lives, whoever else lets go")
  func lifetime() throws {
    var options = ImportOptions()
    options.normalizes = true
    let checking = try Checking(["phone", "labels", "name"], options: options)
    var chunk: CheckedChunk?
    do {
      let rows = (0..<500).map { ["+1 555 \(1_000 + $0)", "vip,board", "name \($0)"] }
      chunk = checking.checker.check(TestRows(texts: rows))
    }
    for row in 0..<500 {
      #expect(chunk?.text(row, .phone) == "+1555\(1_000 + row)")
      #expect(chunk?.text(row, .labels) == "board,vip")
      #expect(chunk?.text(row, .name) == "name \(row)")
    }
  }
}
