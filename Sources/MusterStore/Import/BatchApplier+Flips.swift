internal import MusterCore

/// Consent that a row gives or takes.
extension BatchApplier {
  /// Counts the notify fields of a member that a row turns over.
  ///
  /// To true is an opt-in; to false, or away from true, is an opt-out. From false to no value is
  /// neither: nobody is reached who was not.
  func countFlips(
    _ old: UnsafePointer<CellBytes>, _ new: UnsafePointer<CellBytes>, _ counts: inout ImportCounts
  ) {
    for slot in MemberField.notifyEmail.rawValue..<MemberField.count {
      switch unsafe (Self.consent(old[slot]), Self.consent(new[slot])) {
      case (true, true), (false, false), (nil, nil), (false, nil): break
      case (_, true): counts.optIns += 1
      case (_, false), (true, nil): counts.optOuts += 1
      }
    }
  }

  @inline(__always)
  private static func consent(_ value: CellBytes) -> Bool? {
    guard unsafe value.count > 0, let start = unsafe value.start else { return nil }
    return unsafe start.pointee == UInt8(ascii: "1")
  }
}
