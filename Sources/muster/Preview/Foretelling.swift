internal import MusterClient

/// What a preview has shown before the question; nothing, if there was none.
struct Foretelling {
  var summary: ImportSummary?
  var faults: FaultDigest?
}
