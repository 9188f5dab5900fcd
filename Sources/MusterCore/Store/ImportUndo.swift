/// How far the undoing of an import has come.
public struct UndoProgress: Sendable, Equatable {
  /// Members that the import had made, and that are gone.
  public var deleted: UInt64 = 0
  /// Changes of members that were taken back, at least in one field.
  public var restored: UInt64 = 0
  /// What could not be taken back: fields, and whole members.
  public var kept: UInt64 = 0

  /// Nothing is undone yet.
  public init() {}
}

/// Something that undoing an import left as it is.
public struct KeptField: Sendable, Equatable {
  /// The member's number.
  public var member: UInt32
  /// The field's column; nil for a member that the import had made and that stays as a whole.
  public var column: String?
  /// Why it stays, as a part of a sentence; never a member's value.
  public var reason: String

  /// Says what stays, and why.
  public init(member: UInt32, column: String?, reason: String) {
    self.member = member
    self.column = column
    self.reason = reason
  }
}

/// What one step of undoing an import did.
public struct UndoStep: Sendable, Equatable {
  /// What all steps so far did.
  public var progress: UndoProgress
  /// What this step had to leave as it is.
  public var kept: [KeptField]
  /// Whether nothing is left to undo.
  public var isDone: Bool

  /// Says what a step did.
  public init(progress: UndoProgress, kept: [KeptField], isDone: Bool) {
    self.progress = progress
    self.kept = kept
    self.isDone = isDone
  }
}
