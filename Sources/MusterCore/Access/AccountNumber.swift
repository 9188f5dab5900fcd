/// The number of a user or group that a configuration names.
public enum AccountNumber {
  /// What stands for no number at all in the system's calls.
  private static let none = UInt32.max

  /// Finds the number.
  ///
  /// - Parameter kind: "user" or "group".
  /// - Throws: A problem for a name that nobody has, and for a number that stands for nobody.
  public static func resolve(
    _ account: AccessRuleText.Account, _ kind: String, at place: String,
    find: (String) -> UInt32?
  ) throws(ConfigurationProblem) -> UInt32 {
    let number: UInt32
    switch account {
    case .number(let written):
      guard let exact = UInt32(exactly: written), exact != none else {
        throw ConfigurationProblem(place, "\(written) is no number of a \(kind).")
      }
      number = exact
    case .name(let name):
      guard let found = find(name) else {
        let isNumber = !name.isEmpty && name.utf8.allSatisfy { (0x30...0x39).contains($0) }
        throw ConfigurationProblem(
          place,
          "this machine has no \(kind) \"\(CatalogueRule.excerpt(name))\""
            + (isNumber ? "; write a number without quotes." : "."))
      }
      number = found
    }
    guard number != AccessCaller.nobody else {
      throw ConfigurationProblem(
        place,
        "\(number) is the number of nobody, which stands for every \(kind) that the kernel cannot"
          + " name; choose another one.")
    }
    return number
  }
}
