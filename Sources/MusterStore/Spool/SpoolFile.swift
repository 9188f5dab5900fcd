internal import Glibc
internal import MusterCore
internal import MusterFiles

/// A file without a name, written at its end and read anywhere; its space is free again when it is
/// closed, however that comes about.
final class SpoolFile: Sendable {
  private let descriptor: Int32

  /// Makes the file in a directory.
  init(directory: String) throws(StoreError) {
    do throws(FileFailure) {
      descriptor = try NewFile.nameless(in: Directory(FileName(directory)))
    } catch {
      throw error.code.map { Self.failure("cannot be made", $0) }
        ?? StoreError(.internalError, error.message)
    }
  }

  deinit { close(descriptor) }

  /// Deletes what a crash has left in a directory of spools.
  static func removeLeftovers(in directory: String) {
    guard let stream = unsafe opendir(directory) else { return }
    defer { unsafe closedir(stream) }
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name.hasPrefix(NewFile.partPrefix) || name.hasPrefix("spool-") {
        unsafe unlink("\(directory)/\(name)")
      }
    }
  }

  /// Writes bytes at a place.
  ///
  /// - Throws: `resourceExhausted` if there is no room for them.
  func write(_ bytes: [UInt8], at offset: UInt64) throws(StoreError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer -> Int in
        unsafe pwrite(
          descriptor, buffer.baseAddress.map { unsafe $0 + done }, bytes.count - done,
          off_t(offset) + off_t(done))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Self.failure("cannot be written", count == 0 ? ENOSPC : errno) }
      done += count
    }
  }

  /// Reads into memory from a place.
  ///
  /// - Throws: `internalError` if the disk fails, or the bytes are not there.
  func read(into memory: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(StoreError) {
    var done = 0
    while done < memory.count {
      let count = unsafe pread(
        descriptor, memory.baseAddress.map { unsafe $0 + done }, memory.count - done,
        off_t(offset) + off_t(done))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure("cannot be read", errno) }
      guard count > 0 else { throw Self.damage }
      done += count
    }
  }

  /// What is told if the bytes of a spool are not what was written.
  ///
  /// No damage of the workspace, which this says nothing about.
  static let damage = StoreError(
    .internalError, "A spool file is not what was written to it; nothing was imported.")

  private static func failure(_ what: String, _ code: Int32) -> StoreError {
    let isFull = [ENOSPC, EDQUOT, EFBIG].contains(code)
    return StoreError(
      isFull ? .resourceExhausted : .internalError,
      "A spool file \(what): \(unsafe String(cString: strerror(code))); nothing was imported.")
  }
}
