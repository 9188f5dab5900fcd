/// What the store must know of a checked row besides its cells.
@safe public struct CheckedRow {
  /// The hash of the email's key (``IdentityKey``); 0 if the row does not give it.
  public var emailHash: UInt64 = 0
  /// The hash of the phone (``Fingerprint``); 0 if the row does not give it.
  public var phoneHash: UInt64 = 0
  /// The hash of the external id (``Fingerprint``); 0 if the row does not give it.
  public var externalIDHash: UInt64 = 0
  /// The sum of the hashes of all values; equals a member's fingerprint exactly if the member has
  /// these values and no others. 0 if the row may not be decided by it.
  public var fingerprint: UInt64 = 0
  /// The email's key where it differs from the email by more than ASCII case; else blank.
  public var emailKey = unsafe CellBytes.blank
  /// The row's form values as the store keeps them; blank if there are none.
  public var forms = unsafe CellBytes.blank
  /// Where the row's faults begin in ``CheckedChunk/faults``.
  public var firstFault: Int32 = 0
  /// How many faults the row has.
  public var faultCount: Int32 = 0
  /// How many of the row's cells normalising changed; ignored columns are left as they are.
  public var normalizedCount: Int32 = 0
  /// The row has values of its own in the chunk; one with too many or too few cells, or bytes, has
  /// none, and takes no room for them.
  public internal(set) var hasValues = false
  /// The row clears at least one field.
  public var clearsFields = false
  /// The row sets a field of a form, or clears one, without giving every required field of that
  /// form.
  public var leavesRequiredOpen = false

  /// A row that gives nothing and breaks no rule yet.
  public init() {}

  /// Whether the row broke a rule.
  public var isFaulty: Bool { faultCount > 0 }
}
