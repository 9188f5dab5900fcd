/// What a caller hears of a running import, in the order in which the daemon says it.
public enum ImportEvent: Sendable, Equatable {
  /// First, once: the import may send rows from `nextRow` on.
  case accepted(ImportAccepted)
  /// At most four a second.
  case progress(ImportProgress)
  /// Faults in the order of their rows; those of one row may come in several events.
  case faults([RowFault])
  /// Of a preview only: what rows would change, in their order; those of one row may come in
  /// several events.
  case changes([RowChange])
}
