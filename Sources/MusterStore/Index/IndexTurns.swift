internal import Glibc
internal import Synchronization

/// Turns at the identity index: the writer changes it batch by batch, and what others ask of it is
/// answered in between.
///
/// Nobody who asks blocks a thread: whoever has the turn answers all questions before it is over,
/// or once it is. So a question waits for the batch that is being applied, and never for a commit,
/// a sync or a checkpoint.
final class IndexTurns: Sendable {
  /// What somebody wants to know.
  struct Question: Sendable {
    var identifier: IdentityIndex.Identifier
    var hash: UInt64
    var answer: CheckedContinuation<Answer, Never>
  }

  /// What the index knew at one moment.
  struct Answer: Sendable {
    /// Every member that has the identifier, or had it at the last commit; perhaps others too.
    var candidates: [UInt32]
    /// Commits that had begun by then.
    var commitCount: UInt64
  }

  private let isTaken = Atomic(false)
  private let commits = Atomic<UInt64>(0)
  private let questions = Mutex<[Question]>([])

  /// Commits that have begun.
  var commitCount: UInt64 { commits.load(ordering: .acquiring) }

  /// A commit is about to begin.
  func noteCommit() { commits.wrappingAdd(1, ordering: .acquiringAndReleasing) }

  /// Waits for the turn, which others have for microseconds only; for the writer.
  func take() {
    while isTaken.exchange(true, ordering: .acquiring) { sched_yield() }
  }

  /// Ends the turn, and answers what was asked meanwhile.
  func give(_ candidates: (IdentityIndex.Identifier, UInt64) -> [UInt32]) {
    isTaken.store(false, ordering: .releasing)
    answerWaiting(candidates)
  }

  /// Asks; answers it at once if nobody has the turn.
  func ask(_ question: Question, _ candidates: (IdentityIndex.Identifier, UInt64) -> [UInt32]) {
    questions.withLock { $0.append(question) }
    answerWaiting(candidates)
  }

  /// A question that comes too late for whoever has the turn is found here when the turn is over.
  private func answerWaiting(_ candidates: (IdentityIndex.Identifier, UInt64) -> [UInt32]) {
    while questions.withLock({ !$0.isEmpty }) {
      if isTaken.exchange(true, ordering: .acquiring) { return }
      let asked = questions.withLock { questions in
        defer { questions.removeAll(keepingCapacity: true) }
        return questions
      }
      let commitCount = commitCount
      let answers = asked.map { candidates($0.identifier, $0.hash) }
      isTaken.store(false, ordering: .releasing)
      for (question, members) in zip(asked, answers) {
        question.answer.resume(returning: Answer(candidates: members, commitCount: commitCount))
      }
    }
  }
}
