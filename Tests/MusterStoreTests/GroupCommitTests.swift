import Testing

@testable import MusterStore

struct GroupCommitTests {
  static let second: UInt64 = 1_000_000_000

  @Test("nothing is due while nothing was added")
  func empty() {
    let group = GroupCommit()
    #expect(!group.isOpen)
    #expect(!group.isDue(at: 0))
    #expect(!group.isDue(at: .max))
  }

  @Test(
    "a group is due by its age, its rows or its bytes, whichever comes first",
    arguments: [
      (1, 1, 0, false), (1, 1, second - 1, false), (1, 1, second, true), (1, 1, 5 * second, true),
      (262_143, 1, 0, false), (262_144, 1, 0, true), (300_000, 1, 0, true),
      (1, 64 * 1024 * 1024 - 1, 0, false), (1, 64 * 1024 * 1024, 0, true),
      (0, 0, second - 1, false), (0, 0, second, true),
    ] as [(Int, UInt64, UInt64, Bool)])
  func due(rows: Int, bytes: UInt64, age: UInt64, isDue: Bool) {
    var group = GroupCommit()
    group.add(rows: rows, bytes: bytes, at: 7 * Self.second)
    #expect(group.isOpen)
    #expect(group.isDue(at: 7 * Self.second + age) == isDue)
  }

  @Test("a group is due once it has written so many pages into the log", arguments: [63, 64])
  func logPages(_ pages: Int32) {
    var group = GroupCommit()
    group.add(rows: 1, bytes: 1, logPages: 30, at: 0)
    #expect(!group.isDue(at: 0))
    group.add(rows: 1, bytes: 1, logPages: pages - 30, at: 0)
    #expect(group.isDue(at: 0) == (pages >= 64))
    group.reset()
    group.add(rows: 1, bytes: 1, at: 0)
    #expect(!group.isDue(at: 0))
  }

  @Test(
    "changes that wait make a group due by what they would write, and by a lower age",
    arguments: [
      // Pages that wait, first and then, the most that may be written, the age.
      (0, 0, 0, 699_999_999, false), (0, 0, 0, 700_000_000, false),
      (1, 1, 100, 699_999_999, false), (1, 1, 100, 700_000_000, true),
      (40, 70, 100, 0, false), (40, 71, 100, 0, true), (1, 1, 0, 0, true),
    ] as [(Int32, Int32, Int32, UInt64, Bool)])
  func deferred(first: Int32, then: Int32, pagesMax: Int32, age: UInt64, isDue: Bool) {
    var group = GroupCommit()
    group.add(rows: 1, bytes: 1, at: 7)
    group.wait(deferredPages: first, pagesMax: pagesMax)
    group.wait(deferredPages: then, pagesMax: pagesMax)
    #expect(group.isDue(at: 7 + age) == isDue)
    group.reset()
    group.add(rows: 1, bytes: 1, at: 7)
    #expect(!group.isDue(at: 7 + age))
  }

  @Test("the age counts from the first rows of the group, sizes add up")
  func sums() {
    var group = GroupCommit()
    group.add(rows: 100_000, bytes: 30 * 1024 * 1024, at: 10)
    group.add(rows: 100_000, bytes: 30 * 1024 * 1024, at: Self.second)
    #expect(!group.isDue(at: Self.second + 9))
    #expect(group.isDue(at: Self.second + 10))
    var rows = group
    rows.add(rows: 62_144, bytes: 0, at: 11)
    #expect(rows.isDue(at: 11))
    group.add(rows: 0, bytes: 4 * 1024 * 1024, at: 11)
    #expect(group.isDue(at: 11))
  }

  @Test("after a reset a new group begins")
  func reset() {
    var group = GroupCommit()
    group.add(rows: 262_144, bytes: 1 << 30, at: 0)
    group.reset()
    #expect(!group.isOpen)
    #expect(!group.isDue(at: 100 * Self.second))
    group.add(rows: 1, bytes: 1, at: 100 * Self.second)
    #expect(!group.isDue(at: 100 * Self.second))
  }

  @Test("a client waits no longer than a second for a commit")
  func delay() {
    #expect(GroupCommit.delayMaxNanoseconds <= Self.second)
  }
}
