internal import MusterCore

/// Faults that need stored members.
extension BatchApplier {
  func repeated(_ member: UInt32, _ rowNumber: UInt64) -> RowFault {
    RowFault(
      row: rowNumber, column: nil, code: .repeatedRow,
      hint: "an earlier row of this import has made or changed member \(member); keep one row of it"
    )
  }

  func conflict(_ hits: (UInt32, UInt32, UInt32), _ rowNumber: UInt64) -> RowFault {
    let named = zip(["email", "phone", "external_id"], [hits.0, hits.1, hits.2])
      .filter { $0.1 != 0 }.map { "\($0.0) is member \($0.1)" }
    return RowFault(
      row: rowNumber, column: nil, code: .identifierConflict,
      hint: named.joined(separator: ", ") + "; correct or leave out the one that is wrong")
  }

  func damage(_ member: UInt32) -> StoreError {
    StoreError(.dataLoss, "The form values of member \(member) are not what Muster wrote.")
  }
}
