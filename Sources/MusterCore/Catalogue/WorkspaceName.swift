/// What a request says of the workspace that it is about.
public enum WorkspaceName {
  /// The workspace that exists from the first start.
  public static let standard = "default"

  /// The workspace that a request means; the policy and the store must go by the same.
  ///
  /// - Parameter sent: As it was sent; empty means ``standard``.
  public static func resolve(_ sent: String) -> String { sent.isEmpty ? standard : sent }
}
