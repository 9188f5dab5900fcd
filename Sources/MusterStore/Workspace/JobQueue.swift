internal import Dispatch
internal import MusterCore
internal import Synchronization

/// What waits for a workspace's writer, and the thread that works it off.
///
/// Chunks are bounded by those who send them: each import waits for its oldest chunk before it
/// sends one too many.
final class JobQueue<Job: Sendable>: Sendable {
  private struct State {
    var jobs: [Job?] = []
    var next = 0
    var isScheduled = false
  }

  private let state = Mutex(State())
  private let queue: DispatchQueue

  init(name: String) { queue = DispatchQueue(label: name) }

  /// Adds a job, and has `work` called on the writer's thread if nobody is at it.
  func add(_ job: Job, work: @escaping @Sendable () -> Void) {
    let mustSchedule = state.withLock { state in
      state.jobs.append(job)
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
    if mustSchedule { queue.async(execute: work) }
  }

  /// Whether anything waits, or somebody is at work.
  var isAtWork: Bool { state.withLock { $0.isScheduled } }

  /// Whether a job waits that the closure accepts.
  func hasWaiting(_ accepts: (Job) -> Bool) -> Bool {
    state.withLock { $0.jobs[$0.next...].contains { $0.map(accepts) ?? false } }
  }

  /// The next job, or nil if none waits.
  func take() -> Job? {
    state.withLock { state in
      guard state.next < state.jobs.count else { return nil }
      let job = state.jobs[state.next]
      // A chunk's memory goes as soon as the writer is done with it.
      state.jobs[state.next] = nil
      state.next += 1
      if state.next > 64 && state.next * 2 > state.jobs.count {
        state.jobs.removeFirst(state.next)
        state.next = 0
      }
      return job
    }
  }

  /// Ends a round of work.
  ///
  /// - Returns: false if a job has come in the meantime, so that work must go on.
  func endRound() -> Bool {
    state.withLock { state in
      guard state.next == state.jobs.count else { return false }
      state.jobs.removeAll(keepingCapacity: true)
      state.next = 0
      state.isScheduled = false
      return true
    }
  }
}
