internal import Glibc
internal import MusterCore

/// The users and groups that this machine knows, wherever it has them from.
struct SystemAccounts: AccountDirectory {
  /// Bytes for what the system tells of an account; a group with thousands of members needs them.
  private static let recordBytesMax = 1 << 20

  func user(named name: String) -> UInt32? {
    var record = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    var bytes = [CChar](repeating: 0, count: Self.recordBytesMax)
    let code = unsafe getpwnam_r(name, &record, &bytes, bytes.count, &found)
    return unsafe code == 0 && found != nil ? record.pw_uid : nil
  }

  func group(named name: String) -> UInt32? {
    var record = unsafe Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var bytes = [CChar](repeating: 0, count: Self.recordBytesMax)
    let code = unsafe getgrnam_r(name, &record, &bytes, bytes.count, &found)
    return unsafe code == 0 && found != nil ? record.gr_gid : nil
  }
}
