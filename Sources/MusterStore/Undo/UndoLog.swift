internal import MusterCore

/// The undo records of one import that is running, until they are written with its rows.
final class UndoLog {
  private var packer = UndoPacker()
  /// Blobs that are full: a step of undoing reads a whole one, so none grows with the batch.
  private var full: [[UInt8]] = []
  private var created: Range<UInt32> = 0..<0
  /// The place of the next blob, and what it is once the transaction is taken back.
  private(set) var nextPlace: Int64
  private var durablePlace: Int64

  /// Bytes of one blob, about; four pages.
  static let blobBytesMin = 64 * 1024

  init(nextPlace: Int64) {
    self.nextPlace = nextPlace
    durablePlace = nextPlace
  }

  /// A new member; their numbers rise.
  func add(created member: UInt32) {
    if created.isEmpty {
      created = member..<(member + 1)
    } else if created.upperBound == member {
      created = created.lowerBound..<(member + 1)
    } else {
      packCreated()
      created = member..<(member + 1)
    }
  }

  /// A member that was changed, before and after.
  func add(
    changed member: UInt32, importSeq: UInt32, old: UnsafePointer<CellBytes>,
    new: UnsafePointer<CellBytes>
  ) throws(RecordDamage) {
    // A member is made before it is changed, and is undone after it.
    packCreated()
    unsafe try packer.pack(changed: member, importSeq: importSeq, old: old, new: new)
    guard packer.bytes.count >= Self.blobBytesMin else { return }
    full.append(packer.bytes)
    packer.removeAll()
  }

  private func packCreated() {
    guard !created.isEmpty else { return }
    packer.pack(created: created.lowerBound, count: UInt32(created.count))
    created = 0..<0
  }

  /// Whether there is enough for a blob.
  var isFull: Bool { !full.isEmpty }

  /// What has been added since the last call, and the place of the first blob.
  func take() -> (place: Int64, blobs: [[UInt8]]) {
    packCreated()
    var blobs = full
    full = []
    if !packer.bytes.isEmpty {
      blobs.append(packer.bytes)
      packer.removeAll()
    }
    defer { nextPlace += Int64(blobs.count) }
    return (nextPlace, blobs)
  }

  /// All that was taken is durable.
  func commit() { durablePlace = nextPlace }

  /// What was added since the last commit did not happen.
  func rollback() {
    packer.removeAll()
    full = []
    created = 0..<0
    nextPlace = durablePlace
  }
}
