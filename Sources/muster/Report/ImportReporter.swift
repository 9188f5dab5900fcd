internal import MusterClient

/// Tells the user how an import goes.
protocol ImportReporter {
  /// The faults that a preview shows; nil of other imports.
  var foretold: FaultDigest? { get }
  mutating func started(_ accepted: ImportAccepted) throws
  /// The import is broken off, and gone on with after a pause.
  mutating func waits(_ outage: Outage, _ progress: ImportProgress) throws
  /// The daemon has accepted it again.
  mutating func resumed(_ accepted: ImportAccepted) throws
  mutating func progressed(_ progress: ImportProgress) throws
  /// - Parameter line: The physical line on which the row begins, if it is known.
  mutating func found(_ fault: RowFault, line: Int?) throws
  /// Of a preview only: what a row would change; those of one row may come in several parts.
  mutating func changed(_ change: RowChange, line: Int?) throws
  /// Nothing more comes for the moment.
  mutating func paused() throws
  mutating func finished(_ summary: ImportSummary, rejectsPath: String?) throws
  mutating func failed()
}

extension ImportReporter {
  var foretold: FaultDigest? { nil }
}
