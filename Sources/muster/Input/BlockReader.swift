internal import Dispatch
internal import Glibc
internal import MusterCore
internal import Synchronization

/// Reads a file or pipe block by block, on a thread of its own, so that a pipe that stays silent
/// holds up nobody.
///
/// One task reads at a time. The block lies in the reader's memory until the next read.
@safe final class BlockReader: @unchecked Sendable {
  private let input: InputFile
  private let interrupt: Interrupt
  private let memory = UnsafeMutableRawBufferPointer.allocate(
    byteCount: CommandBounds.readBlockBytes, alignment: 64)
  private let queue = DispatchQueue(label: "muster.read")
  private let isUnwanted = Atomic(false)
  private var count = 0

  init(_ input: InputFile, interrupt: Interrupt) {
    self.input = input
    self.interrupt = interrupt
  }

  deinit { unsafe memory.deallocate() }

  /// The bytes read last; none at the end of the file.
  var block: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(rebasing: memory[..<count]) }

  /// Reads the next block.
  ///
  /// - Returns: Whether there was one; false at the end.
  /// - Throws: `CommandFailure`, `Interrupted`, or `CancellationError` when the task is cancelled.
  func next() async throws -> Bool {
    // A task that was cancelled with its stream may be followed by one that reads on.
    isUnwanted.store(false, ordering: .relaxed)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: self.readWhenReady()) }
      }
    } onCancel: {
      isUnwanted.store(true, ordering: .relaxed)
    }
    count = try result.get()
    return count > 0
  }

  /// Reads the next block on this thread; for regular files, which never make anyone wait.
  func nextNow() throws -> Bool {
    count = try readWhenReady().get()
    return count > 0
  }

  /// Whether the next read would have to wait for the other end of the pipe.
  var wouldWait: Bool { !input.isRegular && !isReady(timeout: 0) }

  private func isReady(timeout: Int32) -> Bool {
    var poller = pollfd(fd: input.descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&poller, 1, timeout) != 0
  }

  private func readWhenReady() -> Result<Int, any Error> {
    while true {
      if isUnwanted.load(ordering: .relaxed) { return .failure(CancellationError()) }
      if interrupt.isRequested { return .failure(Interrupted()) }
      guard input.isRegular || isReady(timeout: CommandBounds.pollIntervalMilliseconds) else {
        continue
      }
      let count = unsafe read(input.descriptor, memory.baseAddress, memory.count)
      if count >= 0 { return .success(count) }
      if errno != EINTR && errno != EAGAIN {
        return .failure(CommandFailure.system("Reading \(input.name) failed"))
      }
    }
  }
}
