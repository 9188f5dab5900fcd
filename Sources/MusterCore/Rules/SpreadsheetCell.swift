/// Cells that a spreadsheet would run as a formula, and how they are kept from it.
///
/// A spreadsheet takes a cell for a formula that begins with `=`, `+`, `-`, `@`, TAB or CR. A `'`
/// in front makes it a text. So that taking the `'` off again gives every text back, one is put in
/// front of texts that begin with such a `'` themselves. A phone in the form of E.164 stays as it
/// is: it is no formula, and would be no phone with a `'`. Source: Design, "CSV".
public enum SpreadsheetCell {
  /// What is put in front.
  public static let guardByte = UInt8(ascii: "'")

  /// Whether a cell gets a `'` in front.
  ///
  /// - Complexity: O(leading `'`), and the length of a phone.
  public static func needsGuard(_ cell: borrowing Span<UInt8>) -> Bool {
    beginsFormula(cell, after: guardCount(cell)) && !PhoneRule.accepts(cell)
  }

  /// Whether a cell has a `'` in front that was put there.
  public static func isGuarded(_ cell: borrowing Span<UInt8>) -> Bool {
    let count = guardCount(cell)
    return count > 0 && beginsFormula(cell, after: count)
  }

  private static func guardCount(_ cell: borrowing Span<UInt8>) -> Int {
    var count = 0
    while count < cell.count, cell[count] == guardByte { count += 1 }
    return count
  }

  private static func beginsFormula(_ cell: borrowing Span<UInt8>, after count: Int) -> Bool {
    guard count < cell.count else { return false }
    switch cell[count] {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D:
      return true
    default: return false
    }
  }
}
