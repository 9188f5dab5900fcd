public import MusterCore

/// What an operator may want to know of workspaces that open and close by themselves.
public enum WorkspaceEvent: Sendable, Equatable {
  /// A workspace is open, with its index in memory; that took so long.
  case opened(String, milliseconds: Int)
  /// A workspace has given its memory and files back; the next use opens it again.
  case closed(String, ClosingReason)
}
