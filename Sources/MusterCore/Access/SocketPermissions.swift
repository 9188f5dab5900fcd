/// Who may reach the socket at all, before the policy decides.
public struct SocketPermissions: Sendable, Equatable {
  /// The mode of the socket's file: 0600, 0660 or 0666.
  public var mode: UInt32
  /// The number of the group that it is given to; nil for the daemon's own.
  public var group: UInt32?

  /// Those of a daemon that is told nothing: its own user only.
  public init() { mode = Self.ownerOnly }

  /// A mode and a group that were checked.
  package init(mode: UInt32, group: UInt32?) {
    self.mode = mode
    self.group = group
  }

  private static let ownerOnly: UInt32 = 0o600
  private static let groupToo: UInt32 = 0o660
  private static let everybody: UInt32 = 0o666

  /// Whether others than the daemon's user can reach the socket.
  public var isOpened: Bool { mode != Self.ownerOnly || group != nil }

  /// The mode of a directory for the socket alone: who may use the socket may come through, and
  /// nobody else sees what is in it.
  public var directoryMode: UInt32 {
    switch mode {
    case Self.everybody: 0o711
    case Self.groupToo: 0o710
    default: 0o700
    }
  }

  /// Understands the two settings of a configuration.
  ///
  /// Connecting takes the right to write, and nothing else of a mode has a meaning, so that there
  /// are three. That everybody may connect is no hole where a policy decides by users.
  ///
  /// - Parameters:
  ///   - mode: Octal digits; nil means 0660 with a group, and 0600 without.
  ///   - place: Where both are.
  public static func understand(
    mode: String?, group: AccessRuleText.Account?, at place: String,
    in accounts: some AccountDirectory
  ) throws(ConfigurationProblem) -> SocketPermissions {
    var number: UInt32?
    if let group {
      number = try AccountNumber.resolve(group, "group", at: "\(place).group") {
        accounts.group(named: $0)
      }
    }
    guard let mode else {
      return SocketPermissions(mode: number == nil ? ownerOnly : groupToo, group: number)
    }
    guard let value = UInt32(mode, radix: 8), [ownerOnly, groupToo, everybody].contains(value),
      mode.utf8.allSatisfy({ (0x30...0x37).contains($0) })
    else {
      throw ConfigurationProblem(
        "\(place).mode",
        "\"\(CatalogueRule.excerpt(mode))\" is no mode of the socket; known: \"0600\" (the daemon's"
          + " own user), \"0660\" (its group too) and \"0666\" (everybody).")
    }
    guard number == nil || value != ownerOnly else {
      throw ConfigurationProblem(
        "\(place).mode", "with \"0600\" the group cannot use the socket; write \"0660\".")
    }
    return SocketPermissions(mode: value, group: number)
  }
}
