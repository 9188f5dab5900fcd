import MusterTestSupport
import Synchronization
import Testing

@testable import MusterStore

struct JobQueueTests {
  struct Job: Sendable {
    var adder: Int
    var number: Int
  }

  /// Works jobs off as the store does, and knows when all have come.
  final class Worker: Sendable {
    struct State {
      var done: [Job] = []
      var isWorking = false
      var overlapCount = 0
      var waiter: CheckedContinuation<Void, Never>?
    }

    let queue = JobQueue<Job>(name: "test")
    let state = Mutex(State())
    let wanted: Int

    init(wanted: Int) { self.wanted = wanted }

    func add(_ job: Job) { queue.add(job) { self.work() } }

    private func work() {
      state.withLock { state in
        if state.isWorking { state.overlapCount += 1 }
        state.isWorking = true
      }
      repeat {
        while let job = queue.take() { state.withLock { $0.done.append(job) } }
        // Whoever adds from here on begins a new round, or goes on in this one.
        state.withLock { $0.isWorking = false }
        guard !queue.endRound() else { break }
        state.withLock { $0.isWorking = true }
      } while true
      let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
        guard state.done.count >= wanted else { return nil }
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume()
    }

    func finish() async {
      await withCheckedContinuation { continuation in
        let isDone = state.withLock { state in
          if state.done.count >= wanted { return true }
          state.waiter = continuation
          return false
        }
        if isDone { continuation.resume() }
      }
    }
  }

  @Test("what many add at once is all worked off, each one's jobs in order, by one at a time")
  func concurrentAdders() async {
    let (adders, jobs) = (8, 2_000)
    let worker = Worker(wanted: adders * jobs)
    await withTaskGroup(of: Void.self) { group in
      for adder in 0..<adders {
        group.addTask {
          for number in 0..<jobs { worker.add(Job(adder: adder, number: number)) }
        }
      }
    }
    await worker.finish()
    let done = worker.state.withLock { $0.done }
    #expect(done.count == adders * jobs)
    for adder in 0..<adders {
      #expect(done.filter { $0.adder == adder }.map(\.number) == Array(0..<jobs))
    }
    #expect(worker.state.withLock { $0.overlapCount } == 0)
  }

  @Test("a round ends only when nothing waits")
  func rounds() {
    let queue = JobQueue<Int>(name: "test")
    #expect(queue.take() == nil)
    #expect(queue.endRound())
    // The work is not called here: the test is the worker.
    queue.add(1) {}
    queue.add(2) {}
    #expect(!queue.endRound())
    #expect(queue.take() == 1)
    #expect(!queue.endRound())
    queue.add(3) {}
    #expect(queue.take() == 2)
    #expect(queue.take() == 3)
    #expect(queue.take() == nil)
    #expect(queue.endRound())
  }

  @Test("jobs keep their order over many partial rounds")
  func longQueue() {
    let queue = JobQueue<Int>(name: "test")
    var random = SeededGenerator(seed: 3)
    var (added, taken) = (0, 0)
    while taken < 5_000 {
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        queue.add(added) {}
        added += 1
      }
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        guard let job = queue.take() else { break }
        #expect(job == taken)
        taken += 1
      }
    }
  }

  @Test("a job's memory goes when it is taken")
  func releases() {
    final class Memory: Sendable {}
    let queue = JobQueue<Memory>(name: "test")
    weak var watched: Memory?
    do {
      let memory = Memory()
      watched = memory
      queue.add(memory) {}
      queue.add(Memory()) {}
    }
    #expect(watched != nil)
    _ = queue.take()
    #expect(watched == nil)
  }
}
