import MusterCore
import Testing

/// Which directories nobody else can put anything into.
struct DirectoryTrustTests {
  typealias Entry = DirectoryTrust.Entry

  @Test(
    arguments: [
      (Entry(owner: 7, mode: 0o700), [Entry(owner: 0, mode: 0o755)], nil),
      (Entry(owner: 7, mode: 0o755), [Entry(owner: 0, mode: 0o1777)], nil),
      (Entry(owner: 0, mode: 0o750), [Entry(owner: 7, mode: 0o700)], nil),
      // The program's own, in a directory of everybody's.
      (Entry(owner: 7, mode: 0o700), [Entry(owner: 0, mode: 0o777)], nil),
      (Entry(owner: 7, mode: 0o700), [Entry(owner: 9, mode: 0o755)], nil),
      (Entry(owner: 7, mode: 0o750), [Entry(owner: 0, mode: 0o777)], .sharedParent),
      (Entry(owner: 0, mode: 0o700), [Entry(owner: 0, mode: 0o2777)], .sharedParent),
      (
        Entry(owner: 7, mode: 0o755), [Entry(owner: 0, mode: 0o755), Entry(owner: 0, mode: 0o775)],
        .sharedParent
      ),
      (Entry(owner: 7, mode: 0o755), [Entry(owner: 9, mode: 0o755)], .sharedParent),
      (Entry(owner: 7, mode: 0o770), [Entry(owner: 0, mode: 0o755)], .shared),
      (Entry(owner: 7, mode: 0o1777), [Entry(owner: 0, mode: 0o755)], .shared),
      (Entry(owner: 7, mode: 0o702), [], .shared),
      (Entry(owner: 9, mode: 0o700), [Entry(owner: 0, mode: 0o755)], .otherOwner(9)),
    ] as [(Entry, [Entry], DirectoryTrust.Fault?)])
  func `a directory and those above it`(
    _ directory: Entry, _ parents: [Entry], _ fault: DirectoryTrust.Fault?
  ) {
    #expect(DirectoryTrust(user: 7).fault(of: directory, in: parents) == fault)
  }
}
