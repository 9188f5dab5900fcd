/// Paths as texts; nothing is looked up.
public enum FilePath {
  /// The directory that a path's last name is in: `.` for a name alone.
  public static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
