import CSQLite
import Glibc
import MusterCore
import Testing

@testable import MusterStore

/// Which failures of SQLite are for want of room, after which the same daemon goes on.
struct RoomTests {
  private static let write = SQLITE_IOERR | 3 << 8
  private static let sync = SQLITE_IOERR | 4 << 8
  private static let shmSize = SQLITE_IOERR | 19 << 8

  @Test(arguments: [
    (SQLITE_FULL, Int32(0)), (write, ENOSPC), (write, EDQUOT), (write, EFBIG), (shmSize, ENOSPC),
    (SQLITE_CANTOPEN, ENOSPC),
  ])
  func `a write that found no room is for want of room`(_ code: Int32, _ systemError: Int32) {
    #expect(StoreError.lackedRoom(code, systemError: systemError))
  }

  @Test(arguments: [
    (write, EIO), (write, Int32(0)), (sync, ENOSPC), (sync, EIO), (SQLITE_CORRUPT, ENOSPC),
    (SQLITE_IOERR, ENOSPC), (SQLITE_CANTOPEN, EACCES),
  ])
  func `anything else is not, a failed sync never`(_ code: Int32, _ systemError: Int32) {
    #expect(!StoreError.lackedRoom(code, systemError: systemError))
  }
}
