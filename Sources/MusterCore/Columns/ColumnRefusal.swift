/// Why an import was refused for its columns, before any row was read.
public struct ColumnRefusal: Error, Sendable, Equatable {
  /// Bytes of a message: it travels in a gRPC trailer, which HTTP/2 peers bound at 8 KiB.
  public static let messageBytesMax = 4096

  /// Everything that is wrong, in the order of the columns; at least one problem.
  public let problems: [ColumnProblem]

  /// Makes a refusal for these problems, which are not none.
  public init(problems: [ColumnProblem]) {
    self.problems = problems
  }

  /// A sentence for each problem; where they are too many to fit, the number of those left out.
  public var message: String {
    var message = ""
    for (index, problem) in problems.enumerated() {
      let sentence = (index == 0 ? "" : " ") + problem.message
      // 32 bytes stay for the last sentence.
      guard message.utf8.count + sentence.utf8.count <= Self.messageBytesMax - 32 else {
        return message + " And \(problems.count - index) more."
      }
      message += sentence
    }
    return message
  }
}
