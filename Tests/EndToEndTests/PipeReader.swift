import Foundation
import Synchronization

/// Reads all that a process writes into one pipe, as it comes.
final class PipeReader: Sendable {
  let pipe = Pipe()
  /// Each line as soon as it is whole.
  let lines: AsyncStream<String>
  private let bytes = Mutex(Data())
  private let ended: AsyncStream<Void>

  init() {
    let (lines, line) = AsyncStream<String>.makeStream()
    let (ended, end) = AsyncStream<Void>.makeStream()
    self.lines = lines
    self.ended = ended
    let descriptor = pipe.fileHandleForReading.fileDescriptor
    Thread.detachNewThread { [self] in
      var open: [UInt8] = []
      var block = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = unsafe read(descriptor, &block, block.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { break }
        bytes.withLock { $0.append(contentsOf: block[..<count]) }
        for byte in block[..<count] {
          if byte == 0x0A {
            line.yield(String(decoding: open, as: UTF8.self))
            open = []
          } else {
            open.append(byte)
          }
        }
      }
      line.finish()
      end.finish()
    }
  }

  /// All that was written, once the process has closed its end.
  func text() async -> String {
    for await _ in ended {}
    return bytes.withLock { String(decoding: $0, as: UTF8.self) }
  }

  /// The first line that holds a word; nil if the process ends before it.
  func line(containing word: String) async -> String? {
    for await line in lines where line.contains(word) { return line }
    return nil
  }
}
