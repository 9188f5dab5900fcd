extension ImportSession {
  /// How many rows an import may have, and what one too many is refused with.
  public struct RowBound: Sendable, Equatable {
    /// The most rows; nil is no limit.
    public let rowsMax: UInt64?
    /// Whether rows wait in a spool, of which nothing is kept if it overflows.
    public let isSpooled: Bool
    /// The limit in words.
    private let limit: String
    /// The limit for a program.
    private let facts: [ErrorFact: String]

    /// The bound of an import with these options.
    public init(_ limits: Limits, _ options: ImportOptions) {
      isSpooled = options.isSpooled
      let perImport = limits.rowsPerImport == 0 ? UInt64.max : limits.rowsPerImport
      if isSpooled && limits.spooledRowsMax < perImport {
        rowsMax = limits.spooledRowsMax
        limit =
          "\(limits.spooledRowsMax) rows for a preview or an all-or-nothing import"
          + " (limits.spooledRows)"
        facts = Limits.facts("spooledRowsMax", limits.spooledRowsMax, setting: "spooledRows")
      } else {
        rowsMax = perImport == .max ? nil : perImport
        limit = "\(perImport) rows per import (limits.rowsPerImport)"
        facts = Limits.facts("rowsPerImport", perImport, setting: "rowsPerImport")
      }
    }

    /// What an import is refused with that brings one row too many.
    public var refusal: Refusal {
      Refusal(
        .limitExceeded,
        "The import is over the limit of \(limit); \(Self.kept(isSpooled: isSpooled)).", facts)
    }

    /// What is left of an import that is over a limit, in words.
    static func kept(isSpooled: Bool) -> String {
      isSpooled ? "nothing was imported" : "the rows up to it are kept"
    }
  }
}
