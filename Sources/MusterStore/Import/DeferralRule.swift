/// When changes of stored members wait in memory for others of the same pages: pure.
///
/// A change writes a whole page into the log, and later into the file. Changes in the order of the
/// members' numbers share their pages within a batch; those all over a large store do so only if
/// many batches are written together.
struct DeferralRule: Equatable {
  /// Fewer changes of one batch are not worth waiting for others.
  var changesMin = 16
  /// Changes of a page, in one batch, that make it pay to write them at once.
  var changesPerPageMin = 4
  /// Pages that one transaction may write; in a store of more than twice as many, hardly two
  /// changes would meet.
  var pagesMax = Int(LogTidying.deferredPagesMax)
  /// Bytes of records that wait at most, but for those of one batch; a record that is changed again
  /// counts twice.
  var bytesMax = 32 * 1024 * 1024

  /// Whether the changes of a batch wait.
  ///
  /// - Parameters:
  ///   - members: The members that change, in the order of their numbers.
  ///   - membersPerPage: How many share a page, about.
  ///   - last: The largest number of any member.
  func mustDefer(_ members: [UInt32], membersPerPage: Int, last: UInt32) -> Bool {
    guard members.count >= changesMin, Int(last) / membersPerPage <= pagesMax * 2 else {
      return false
    }
    var spread = PageSpread(membersPerPage: membersPerPage)
    for member in members { spread.insert(member) }
    return spread.pageCount * changesPerPageMin > members.count
  }
}
