internal import Dispatch
internal import Glibc
internal import Synchronization

/// The user wants to stop.
struct Interrupted: Error {}

/// Ctrl-C and SIGTERM: the first asks the import to end in order, the second ends the command.
@safe final class Interrupt: @unchecked Sendable {
  private struct State {
    var isRequested = false
    var cutOff: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())
  /// Set once, by ``watch(cutOff:)``; kept so that they go on watching.
  private var sources: [any DispatchSourceSignal] = []

  /// Whether somebody asked to stop.
  var isRequested: Bool { state.withLock { $0.isRequested } }

  /// Takes over the signals.
  ///
  /// - Parameter cutOff: What to do when the import has not ended in order in time.
  func watch(cutOff: @escaping @Sendable () -> Void) {
    state.withLock { $0.cutOff = cutOff }
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [self] in received() }
      source.activate()
      sources.append(source)
    }
  }

  private func received() {
    let isSecond = state.withLock { state in
      defer { state.isRequested = true }
      return state.isRequested
    }
    if isSecond { _exit(1) }
    let cutOff = state.withLock { $0.cutOff }
    DispatchQueue.global().asyncAfter(
      deadline: .now() + .seconds(CommandBounds.interruptGraceSeconds)
    ) { cutOff?() }
  }
}
