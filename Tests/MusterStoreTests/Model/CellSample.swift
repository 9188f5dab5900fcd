import MusterCore

/// What a cell means, said by hand and not worked out by any rule of the code under test.
enum Meaning: Equatable {
  case blank
  /// A value, as it is stored.
  case value(String)
  /// An email, as it is stored, and a name for its key.
  case email(String, key: String)
  case labels(Set<String>)
  case clear
  case faults([FaultCode])
}

/// A cell that the model knows: what it means as it is, and what under normalise.
struct CellSample {
  var bytes: [UInt8]
  var plain: Meaning
  var normalized: Meaning
  /// Whether normalise changes its bytes, whether or not it then means something else.
  var isChanged: Bool

  /// - Parameter normalized: Given for exactly those cells whose bytes normalise changes.
  init(_ text: String, _ plain: Meaning, normalized: Meaning? = nil) {
    bytes = Array(text.utf8)
    self.plain = plain
    isChanged = normalized != nil
    self.normalized = normalized ?? plain
  }

  init(bytes: [UInt8], _ plain: Meaning) {
    self.bytes = bytes
    self.plain = plain
    normalized = plain
    isChanged = false
  }

  static func text(_ text: String) -> CellSample { CellSample(text, .value(text)) }
}

/// The cells from which random rows are made: few identifiers, so that they meet all the time.
enum CellSamples {
  static let cellBytesMax = 64
  static let labels = ["board", "donor", "vip", "vip-2", "vip_2"]

  /// The sample for a blank cell, in any column.
  static let blank = CellSample("", .blank)

  static let emails = [
    CellSample("anna@x.org", .email("anna@x.org", key: "anna")),
    CellSample("Anna@X.ORG", .email("Anna@X.ORG", key: "anna")),
    CellSample("ANNA@x.org", .email("ANNA@x.org", key: "anna")),
    CellSample("bob@x.org", .email("bob@x.org", key: "bob")),
    CellSample("bOb@x.org", .email("bOb@x.org", key: "bob")),
    CellSample("zo\u{EB}@x.org", .email("zo\u{EB}@x.org", key: "zoë composed")),
    CellSample("zoe\u{308}@x.org", .email("zoe\u{308}@x.org", key: "zoë composed")),
    CellSample("ZOe\u{308}@X.org", .email("ZOe\u{308}@X.org", key: "zoë composed")),
    CellSample("ZO\u{CB}@x.org", .email("ZO\u{CB}@x.org", key: "zoË with a capital")),
    CellSample("zoE\u{308}@x.org", .email("zoE\u{308}@x.org", key: "zoË with a capital")),
    CellSample("kim@x.org", .email("kim@x.org", key: "kim")),
    CellSample("\u{212A}im@x.org", .email("\u{212A}im@x.org", key: "kim")),
    CellSample(
      " anna@x.org\t", .faults([.invalidEmail]), normalized: .email("anna@x.org", key: "anna")),
    CellSample("no-at-sign", .faults([.invalidEmail])),
    CellSample(bytes: [0x61, 0xFF, 0x40], .faults([.invalidUTF8])),
  ]

  static let phones = [
    .text("+15550001"), .text("+15550002"), .text("+15550003"), .text("+15550004"),
    .text("+15550005"), .text("+15550006"),
    CellSample(
      "+1 (555) 00-01", .faults([.invalidPhone]), normalized: .value("+15550001")),
    CellSample(" +15550002", .faults([.invalidPhone]), normalized: .value("+15550002")),
    CellSample("5550001", .faults([.invalidPhone])),
    CellSample("+05550001", .faults([.invalidPhone])),
  ]

  static let externalIDs = [
    .text("e1"), .text("e2"), .text("e3"), .text("e4"), .text("e5"), .text("e6"), .text("E1"),
    .text("\u{EB}"), .text("e\u{308}"),
    CellSample(" e1", .value(" e1"), normalized: .value("e1")),
    CellSample(bytes: Array("e\0".utf8), .faults([.nulCharacter])),
  ]

  static let texts = [
    .text("A"), .text("Zo\u{EB} \"Q\" \\ \n\u{1}"), .text("0"),
    CellSample("  A ", .value("  A "), normalized: .value("A")),
    CellSample(" \u{A0}", .value(" \u{A0}"), normalized: .blank),
    CellSample(bytes: [0xC3], .faults([.invalidUTF8])),
    CellSample(bytes: Array("a\0b".utf8), .faults([.nulCharacter])),
    CellSample(String(repeating: "x", count: 64), .value(String(repeating: "x", count: 64))),
    CellSample(String(repeating: "x", count: 65), .faults([.valueTooLong])),
  ]

  static let dates = [
    .text("1980-06-15"), .text("2000-02-29"),
    CellSample("1980-02-30", .faults([.invalidDate])),
    CellSample("2999-01-01", .faults([.invalidDate])),
    CellSample("15.6.1980", .faults([.invalidDate])),
  ]

  static let labelCells = [
    CellSample("vip", .labels(["vip"])),
    CellSample("vip,vip", .labels(["vip"])),
    CellSample("donor", .labels(["donor"])),
    CellSample("board,vip", .labels(["board", "vip"])),
    CellSample("vip,board", .labels(["board", "vip"])),
    CellSample(
      " vip ;vip,\tdonor,", .labels(["vip", "donor"]), normalized: .labels(["vip", "donor"])),
    CellSample("vip_2,vip-2;vip", .labels(["vip", "vip-2", "vip_2"])),
    CellSample(" ,;", .blank, normalized: .blank),
    CellSample("vip,nobody,none", .faults([.unknownLabel, .unknownLabel])),
    CellSample("VIP", .faults([.unknownLabel])),
  ]

  static let booleans = [
    CellSample("true", .value("true")), CellSample("FALSE", .value("false")),
    CellSample("1", .value("true")), CellSample("0", .value("false")),
    CellSample(" TRUE", .faults([.invalidBoolean]), normalized: .value("true")),
    CellSample("yes", .faults([.invalidBoolean])),
  ]

  static func formCells(_ type: FormFieldType) -> [CellSample] {
    switch type {
    case .number:
      [.text("1"), .text("-12.5e3"), .text("1.0"), CellSample("one", .faults([.invalidFormValue]))]
    case .boolean:
      [.text("true"), .text("TRUE"), .text("1"), CellSample("no", .faults([.invalidFormValue]))]
    case .date:
      [.text("2999-01-01"), .text("1980-06-15"), CellSample("x", .faults([.invalidFormValue]))]
    case .email: [.text("a@b.c"), .text("A@b.c"), CellSample("a@b", .faults([.invalidFormValue]))]
    case .choice: [.text("red"), .text("größe"), CellSample("Red", .faults([.invalidFormValue]))]
    case .text: texts
    }
  }

  static func samples(for field: MemberField) -> [CellSample] {
    switch field {
    case .email: emails
    case .phone: phones
    case .externalID: externalIDs
    case .name, .description: texts
    case .dateOfBirth: dates
    case .labels: labelCells
    case .notifyEmail, .notifySMS, .notifyVoice: booleans
    }
  }
}
