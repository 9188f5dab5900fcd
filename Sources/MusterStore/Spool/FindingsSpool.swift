internal import MusterCore

/// What applying rows at once finds: faults and changes, in a file, until the client takes them.
///
/// Written on the writer's thread, which waits for nobody; then read by one task.
final class FindingsSpool {
  private let file: SpoolFile
  private let bytesMax: UInt64
  private var encoder = SpoolEncoder()
  private var end: UInt64 = 0

  /// What stands before each element.
  enum Kind: UInt8 { case fault, change }

  /// Bytes that are collected before they are written.
  private static let blockBytes = 256 * 1024

  /// - Parameter bytesMax: What the file may hold.
  init(directory: String, bytesMax: UInt64) throws(StoreError) {
    file = try SpoolFile(directory: directory)
    self.bytesMax = bytesMax
  }

  /// Adds faults.
  func add(_ faults: [RowFault]) throws(StoreError) {
    for fault in faults {
      try add(.fault) { $0.add(fault) }
    }
  }

  /// Adds an element, written as its length and what the closure writes.
  func add(_ kind: Kind, _ body: (inout SpoolEncoder) -> Void) throws(StoreError) {
    var element = SpoolEncoder()
    element.add(kind.rawValue)
    body(&element)
    encoder.add(element.bytes)
    if encoder.bytes.count >= Self.blockBytes { try flush() }
  }

  /// Writes what is still in memory, and makes it readable.
  ///
  /// - Parameter hidesChanges: Whether what rows would have changed is left out.
  func finish(hidesChanges: Bool) throws(StoreError) -> SpooledFindings {
    try flush()
    return SpooledFindings(file: file, end: end, hidesChanges: hidesChanges)
  }

  private func flush() throws(StoreError) {
    guard end + UInt64(encoder.bytes.count) <= bytesMax else { throw RowSpool.tooLarge(bytesMax) }
    try file.write(encoder.bytes, at: end)
    end += UInt64(encoder.bytes.count)
    encoder.removeAll()
  }
}
