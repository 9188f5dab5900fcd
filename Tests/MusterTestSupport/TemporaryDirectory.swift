internal import Glibc

/// Runs a test in a new directory of its own, with a path short enough for a socket in it, and
/// removes it afterwards.
public func withTemporaryDirectory<Result>(
  _ body: (String) async throws -> Result
) async throws -> Result {
  var template = Array("/tmp/muster-test-XXXXXX".utf8CString)
  let path = unsafe template.withUnsafeMutableBufferPointer { buffer -> String? in
    guard let start = buffer.baseAddress, let made = unsafe mkdtemp(start) else { return nil }
    return unsafe String(cString: made)
  }
  guard let path else { throw TestFailure("No directory can be made in /tmp.") }
  defer { removeTree(path) }
  return try await body(path)
}

/// Removes a directory and all that is in it; links are not followed.
func removeTree(_ path: String) {
  if unsafe unlink(path) == 0 { return }
  if let directory = unsafe opendir(path) {
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { removeTree(path + "/" + name) }
    }
    unsafe closedir(directory)
  }
  unsafe rmdir(path)
}

/// What keeps a test from being made at all.
public struct TestFailure: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
