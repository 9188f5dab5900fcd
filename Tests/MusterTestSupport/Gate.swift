/// Lets a few tests in at a time; the others wait in the order in which they came.
///
/// Swift Testing starts all tests of a run at once. A hundred daemons on two cores would take
/// seconds for an answer, and the deadlines that the tests are about would pass.
public actor Gate {
  /// For tests that run a daemon, in this process or of their own.
  public static let daemons = Gate(placeCount: 4)

  private var freeCount: Int
  private var waiters: [CheckedContinuation<Void, Never>] = []

  init(placeCount: Int) { freeCount = placeCount }

  /// Runs a closure once there is a place.
  public nonisolated func pass<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    await enter()
    do {
      let result = try await body()
      await leave()
      return result
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async {
    if freeCount > 0 {
      freeCount -= 1
    } else {
      await withCheckedContinuation { waiters.append($0) }
    }
  }

  private func leave() {
    if waiters.isEmpty {
      freeCount += 1
    } else {
      waiters.removeFirst().resume()
    }
  }
}
