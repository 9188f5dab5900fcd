/// A rule that a store breaks: how often, and where first. Never a member's value.
public struct CheckFinding: Sendable, Equatable {
  /// The rule's stable name; one of ``CheckRule``, or a newer daemon's.
  public var rule: String
  /// The finding in words.
  public var message: String
  /// How often the rule is broken.
  public var count: UInt64
  /// The numbers of the first members that break it.
  public var members: [UInt64]
  /// The ids of the first imports that break it.
  public var imports: [String]
  /// What else helps: what SQLite says, a part of the catalogue.
  public var details: [String]

  /// A finding as it came over the wire.
  public init(
    rule: String, message: String, count: UInt64, members: [UInt64] = [], imports: [String] = [],
    details: [String] = []
  ) {
    self.rule = rule
    self.message = message
    self.count = count
    self.members = members
    self.imports = imports
    self.details = details
  }

  /// A finding without examples yet.
  public init(_ rule: CheckRule) { self.init(rule: rule.rawValue, message: rule.text, count: 0) }
}

/// How far a check is.
public struct CheckProgress: Sendable, Equatable {
  /// Members checked so far.
  public var members: UInt64
  /// How many there are, about.
  public var memberTotal: UInt64

  /// Says how far a check is.
  public init(members: UInt64 = 0, memberTotal: UInt64 = 0) {
    self.members = members
    self.memberTotal = memberTotal
  }
}

/// What a check has found.
public struct CheckReport: Sendable, Equatable {
  /// By rule, in the order of ``CheckRule``; empty for a sound store.
  public var findings: [CheckFinding] = []
  /// Members that were read.
  public var members: UInt64 = 0
  /// Imports that were read.
  public var imports: UInt64 = 0
  /// Whether the identity index in memory was compared with the file.
  public var indexCompared = false

  /// A report of nothing.
  public init() {}

  /// Examples of each kind that a finding keeps.
  public static let examplesMax = 20

  /// Notes that a rule is broken.
  public mutating func note(
    _ rule: CheckRule, members: [Int64] = [], importID: String? = nil, detail: String? = nil
  ) {
    let place: Int
    if let found = findings.firstIndex(where: { $0.rule == rule.rawValue }) {
      place = found
    } else {
      findings.append(CheckFinding(rule))
      place = findings.count - 1
    }
    findings[place].count += 1
    for member in members where findings[place].members.count < Self.examplesMax {
      let number = UInt64(clamping: member)
      if !findings[place].members.contains(number) { findings[place].members.append(number) }
    }
    if let importID { Self.add(importID, to: &findings[place].imports) }
    if let detail { Self.add(detail, to: &findings[place].details) }
  }

  private static func add(_ text: String, to list: inout [String]) {
    if list.count < examplesMax && !list.contains(text) { list.append(text) }
  }
}
