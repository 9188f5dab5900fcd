/// Why an import was refused for its columns, before any row was read.
public struct ColumnRefusal: Error, Sendable, Equatable {
  /// Everything that is wrong, in the order of the columns; at least one problem.
  public let problems: [ColumnProblem]

  /// Makes a refusal for these problems, which are not none.
  public init(problems: [ColumnProblem]) {
    self.problems = problems
  }

  /// A sentence for each problem; where they are too many to fit (``StatusMessage``), the number
  /// of those left out.
  public var message: String {
    var message = ""
    var bytes = 0
    for (index, problem) in problems.enumerated() {
      let sentence = (index == 0 ? "" : " ") + problem.message
      bytes += StatusMessage.encodedBytes(sentence)
      // 32 bytes stay for the last sentence.
      guard bytes <= StatusMessage.encodedBytesMax - 32 else {
        return message + " And \(problems.count - index) more."
      }
      message += sentence
    }
    return message
  }

  /// The error that a call is answered with.
  ///
  /// - Parameters:
  ///   - list: The path of the request's field that names the columns.
  ///   - element: What follows the number of a column, if its name is a part of something.
  public func error(list: String, element: String = "") -> StoreError {
    var facts: [ErrorFact: String] = [:]
    if case .tooManyColumns(_, let max) = problems.first?.reason {
      facts = Limits.facts("columnsMax", max, setting: "columns")
    }
    return StoreError(
      reason: .wrongColumns, message, facts,
      violations: problems.map { problem in
        let field = problem.position.map { "\(list)[\($0 - 1)]\(element)" } ?? list
        return FieldViolation(field: field, description: problem.message)
      })
  }
}
