/// The version of this source: of the daemon, the command, the libraries and the package.
public enum MusterVersion {
  /// Semantic versioning. The newest entry of `scripts/package/debian/changelog` says the same.
  public static let current = "0.1.0"
}
