/// Holds some tasks until all of them have come.
public actor StartLine {
  private let runners: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// A line at which so many tasks wait for each other.
  public init(runners: Int) { self.runners = runners }

  /// Returns when the last task waits, too.
  public func wait() async {
    await withCheckedContinuation { runner in
      waiting.append(runner)
      goIfAllHaveCome()
    }
  }

  private func goIfAllHaveCome() {
    guard waiting.count == runners else { return }
    for runner in waiting { runner.resume() }
    waiting = []
  }
}
