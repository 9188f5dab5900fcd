internal import MusterCore
internal import Synchronization

/// Reads what a ``FindingsSpool`` has written, part by part.
final class SpooledFindings: ImportFindings {
  private struct State {
    /// What is read of the file, and how much of that is used.
    var bytes: [UInt8] = []
    var used = 0
    var position: UInt64 = 0
  }

  private let file: SpoolFile
  private let end: UInt64
  private let hidesChanges: Bool
  private let state = Mutex(State())

  /// Bytes of one part, about: more would outrun back-pressure (Library facts, "gRPC").
  private static let partBytesMax = 32 * 1024
  private static let blockBytes = 256 * 1024

  init(file: SpoolFile, end: UInt64, hidesChanges: Bool) {
    self.file = file
    self.end = end
    self.hidesChanges = hidesChanges
  }

  /// Begins again at the first.
  func rewind() { state.withLock { $0 = State() } }

  func next() throws(StoreError) -> ImportFinding? {
    let part = try state.withLock { state throws(StoreError) -> Part in try nextPart(&state) }
    if !part.faults.isEmpty { return .faults(part.faults) }
    return part.changes.isEmpty ? nil : .changes(part.changes)
  }

  /// Elements of one kind, in the order in which they were found.
  private struct Part {
    var faults: [RowFault] = []
    var changes: [RowChange] = []
    var bytes = 0
  }

  private func nextPart(_ state: inout State) throws(StoreError) -> Part {
    var part = Part()
    while part.bytes < Self.partBytesMax {
      guard let range = try element(&state) else { break }
      let kind = FindingsSpool.Kind(rawValue: state.bytes[range.lowerBound])
      let isFault = kind == .fault
      if isFault ? !part.changes.isEmpty : !part.faults.isEmpty { break }
      state.used = range.upperBound
      if hidesChanges && !isFault { continue }
      part.bytes += range.count
      try read(&state.bytes, range.dropFirst(), isFault: isFault, into: &part)
    }
    return part
  }

  private func read(
    _ bytes: inout [UInt8], _ range: Range<Int>, isFault: Bool, into part: inout Part
  ) throws(StoreError) {
    let isWhole = unsafe bytes.withUnsafeMutableBytes { bytes in
      var decoder = unsafe SpoolDecoder(UnsafeMutableRawBufferPointer(rebasing: bytes[range]))
      do throws(RecordDamage) {
        if isFault {
          part.faults.append(try decoder.fault())
        } else {
          part.changes.append(try decoder.change())
        }
        return true
      } catch {
        return false
      }
    }
    guard isWhole else { throw SpoolFile.damage }
  }

  /// Where the next element is in what is read, its kind included; nil after the last.
  private func element(_ state: inout State) throws(StoreError) -> Range<Int>? {
    guard try fill(&state, 4) else { return nil }
    let length = state.bytes[state.used..<state.used + 4].reversed().reduce(0) {
      $0 << 8 | Int($1)
    }
    guard length > 0, try fill(&state, 4 + length) else { throw SpoolFile.damage }
    return state.used + 4..<state.used + 4 + length
  }

  /// Reads on until there are so many bytes that are not used.
  ///
  /// - Returns: false at the end of the file.
  private func fill(_ state: inout State, _ count: Int) throws(StoreError) -> Bool {
    guard state.bytes.count - state.used < count else { return true }
    state.bytes.removeFirst(state.used)
    state.used = 0
    let left = end - state.position
    let wanted = min(UInt64(max(Self.blockBytes, count)), left)
    let memory = SpoolMemory(byteCount: Int(wanted))
    unsafe try file.read(into: memory.bytes, at: state.position)
    unsafe state.bytes.append(contentsOf: memory.bytes)
    state.position += wanted
    return state.bytes.count >= count
  }
}
