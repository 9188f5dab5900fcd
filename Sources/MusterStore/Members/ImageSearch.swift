internal import MusterCore

/// Looks for what deleted members held, blob by blob, on a reader's connection: it costs the writer
/// nothing. No blob gets anything new of a member that is deleted.
@safe final class ImageSearch: @unchecked Sendable {
  private let marked: Statement
  private let following: Statement
  private var last = BlobName.first

  /// Blobs of one read transaction: 4 MiB, as a rule.
  private static let blobsMax = 64
  private static let cacheBytes = 1024 * 1024

  init(path: String) throws(StoreError) {
    let connection = try Connection(path: path, mode: .reader, cacheBytes: Self.cacheBytes)
    marked = try connection.prepare("SELECT member FROM erasure")
    following = try connection.prepare(
      """
      SELECT import_seq, place, images FROM import_image WHERE (import_seq, place) > (?1, ?2)
      ORDER BY import_seq, place LIMIT \(Self.blobsMax)
      """)
  }

  /// Deleted members whose before-images may still be there.
  func markedMembers() throws(StoreError) -> Set<UInt32> {
    var members: Set<UInt32> = []
    while try marked.step() { members.insert(UInt32(truncatingIfNeeded: marked.integer(0))) }
    return members
  }

  /// The blobs among the next ones that have something of these members; nil after the last.
  func next(of members: Set<UInt32>) throws(StoreError) -> [BlobName]? {
    following.bind(1, last.importSeq)
    following.bind(2, last.place)
    defer { following.reset() }
    var found: [BlobName] = []
    var count = 0
    while try following.step() {
      count += 1
      last = BlobName(importSeq: following.integer(0), place: following.integer(1))
      do throws(RecordDamage) {
        let blob = unsafe following.borrowed(2).bytes()
        if try UndoScan.hasImages(of: members, in: blob) { found.append(last) }
      } catch {
        throw last.damage()
      }
    }
    return count == 0 ? nil : found
  }
}
