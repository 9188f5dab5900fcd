import Foundation
import MusterCore
import Testing

@testable import MusterStore

/// Data directories that others could put files into.
struct HeldDirectoryTests {
  let temporary: TemporaryDirectory

  init() throws { temporary = try TemporaryDirectory() }

  private func refusal(_ path: String) -> StoreError? {
    do throws(StoreError) {
      _ = try DataDirectory(path: path)
      return nil
    } catch {
      return error
    }
  }

  private func make(_ path: String, _ mode: mode_t) -> String {
    unsafe mkdir(path, 0o700)
    unsafe chmod(path, mode)
    return path
  }

  @Test(arguments: [0o770, 0o775, 0o777, 0o702, 0o1777] as [mode_t])
  func `a directory that others may write to is refused, with what to do`(
    _ mode: mode_t
  ) throws {
    let path = make(temporary.file("data"), mode)
    let error = refusal(path)
    #expect(error?.code == .failedPrecondition)
    #expect(error?.message.contains("chmod go-w '\(path)'") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [])
    // As it says.
    unsafe chmod(path, mode & ~0o022)
    #expect(refusal(path) == nil)
  }

  @Test func `one in it that others may write to is refused`() throws {
    for name in ["workspaces", "spool", "backups"] {
      let path = temporary.file(name)
      #expect(refusal(path) == nil)
      unsafe chmod("\(path)/\(name)", 0o777)
      #expect(refusal(path)?.message.contains("\(path)/\(name)") == true)
    }
  }

  @Test(arguments: ["link", "file", "FIFO"])
  func `something else in the place of one in it is refused at once`(_ kind: String) throws {
    for name in ["workspaces", "spool", "backups", "lock"] {
      let path = make(temporary.file(name), 0o700)
      let inside = "\(path)/\(name)"
      switch kind {
      case "link":
        _ = make(temporary.file("elsewhere"), 0o700)
        unsafe symlink(temporary.file("elsewhere"), inside)
      case "file": try write([], toFile: inside)
      default: unsafe mkfifo(inside, 0o600)
      }
      if name == "lock" && kind == "file" { continue }
      #expect(refusal(path) != nil, "\(name)")
    }
  }

  @Test func `in a directory of everybody's the daemon makes its own`() throws {
    let shared = make(temporary.file("shared"), 0o777)
    #expect(refusal(shared)?.code == .failedPrecondition)
    #expect(refusal(shared + "/muster") == nil)
    // The next start finds it as it was made; one that is not the user's alone is not taken.
    #expect(refusal(shared + "/muster") == nil)
    unsafe chmod(shared + "/muster", 0o755)
    let error = refusal(shared + "/muster")
    #expect(error?.message.contains("chmod 0700 '\(shared)/muster'") == true)
    unsafe chmod(shared + "/muster", 0o700)
    #expect(refusal(shared + "/muster") == nil)
  }

  @Test func `a directory of another user is refused`() throws {
    let path = make(temporary.file("data"), 0o700)
    guard unsafe chown(path, 12_345, 12_345) == 0 else { return }
    #expect(refusal(path)?.message.contains("12345") == true)
  }

  @Test func `a workspace is not opened in what was put in the directory's place`() throws {
    let path = temporary.file("data")
    let directory = try DataDirectory(path: path)
    try FileManager.default.moveItem(atPath: path, toPath: temporary.file("away"))
    _ = try DataDirectory(path: path)
    let error = #expect(throws: StoreError.self) { try directory.create("a") }
    #expect(error?.code == .failedPrecondition)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/workspaces").count < 5)
  }
}
