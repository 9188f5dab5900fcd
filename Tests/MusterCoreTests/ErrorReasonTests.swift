import MusterCore
import Testing

/// Reasons, their kinds, and the words that travel with them.
@Suite struct ErrorReasonTests {
  /// What programs may rely on: a name that is here stays, with its kind.
  private static let known: [(ErrorReason, String, StoreError.Code, isRetried: Bool)] = [
    (.invalidArgument, "INVALID_ARGUMENT", .invalidArgument, false),
    (.malformedMessage, "MALFORMED_MESSAGE", .invalidArgument, false),
    (.wrongMessageOrder, "WRONG_MESSAGE_ORDER", .invalidArgument, false),
    (.wrongColumns, "WRONG_COLUMNS", .invalidArgument, false),
    (.unknownRole, "UNKNOWN_ROLE", .invalidArgument, false),
    (.unknownLabel, "UNKNOWN_LABEL", .invalidArgument, false),
    (.invalidName, "INVALID_NAME", .invalidArgument, false),
    (.invalidForm, "INVALID_FORM", .invalidArgument, false),
    (.notFound, "NOT_FOUND", .notFound, false),
    (.workspaceNotFound, "WORKSPACE_NOT_FOUND", .notFound, false),
    (.importNotFound, "IMPORT_NOT_FOUND", .notFound, false),
    (.memberNotFound, "MEMBER_NOT_FOUND", .notFound, false),
    (.scopeMissing, "SCOPE_MISSING", .permissionDenied, false),
    (.noAccess, "NO_ACCESS", .permissionDenied, false),
    (.alreadyExists, "ALREADY_EXISTS", .alreadyExists, false),
    (.failedPrecondition, "FAILED_PRECONDITION", .failedPrecondition, false),
    (.importDiffers, "IMPORT_DIFFERS", .failedPrecondition, false),
    (.importIsOver, "IMPORT_IS_OVER", .failedPrecondition, false),
    (.importStopped, "IMPORT_STOPPED", .failedPrecondition, false),
    (.importNotOver, "IMPORT_NOT_OVER", .failedPrecondition, false),
    (.undoNotKept, "UNDO_NOT_KEPT", .failedPrecondition, false),
    (.inUse, "IN_USE", .failedPrecondition, false),
    (.importsRunning, "IMPORTS_RUNNING", .failedPrecondition, false),
    (.notChangeable, "NOT_CHANGEABLE", .failedPrecondition, false),
    (.otherVersion, "OTHER_VERSION", .failedPrecondition, false),
    (.busy, "BUSY", .aborted, true),
    (.importRunning, "IMPORT_RUNNING", .aborted, true),
    (.catalogueChanged, "CATALOGUE_CHANGED", .aborted, true),
    (.streamEnded, "STREAM_ENDED", .aborted, false),
    (.callCancelled, "CALL_CANCELLED", .cancelled, false),
    (.importCancelled, "IMPORT_CANCELLED", .cancelled, false),
    (.deadlineExceeded, "DEADLINE_EXCEEDED", .deadlineExceeded, false),
    (.unexpectedRow, "UNEXPECTED_ROW", .outOfRange, false),
    (.noRoom, "NO_ROOM", .resourceExhausted, false),
    (.limitExceeded, "LIMIT_EXCEEDED", .resourceExhausted, false),
    (.tooManyCalls, "TOO_MANY_CALLS", .resourceExhausted, true),
    (.storeUnavailable, "STORE_UNAVAILABLE", .unavailable, false),
    (.daemonStopping, "DAEMON_STOPPING", .unavailable, true),
    (.dataLoss, "DATA_LOSS", .dataLoss, false),
    (.internalError, "INTERNAL_ERROR", .internalError, false),
  ]

  @Test func `every reason is known, once`() {
    #expect(Self.known.map(\.0) == ErrorReason.allCases)
  }

  @Test func `every reason has its name, its kind, and whether to retry`() {
    for (reason, name, code, isRetried) in Self.known {
      #expect(reason.rawValue == name && reason.code == code, "\(name)")
      #expect((reason.retryAfter != nil) == isRetried, "\(name)")
    }
  }

  @Test(arguments: StoreError.Code.allCases)
  func `every code has a reason for errors without a closer one, and it is of that code`(
    _ code: StoreError.Code
  ) {
    #expect(code.reason.code == code)
    #expect(StoreError(code, "It failed.").reason == code.reason)
  }

  // MARK: Facts and violations

  @Test func `facts that an error has are not written over by those of its surroundings`() {
    let error = StoreError(reason: .importRunning, "It runs.", [.importID: "a"])
    let more = error.with([.importID: "b", .workspace: "w"])
    #expect(more.facts == [.importID: "a", .workspace: "w"])
  }

  @Test func `a violation is told with the path of the message that holds its field`() {
    let error = StoreError(field: "options.role", "No such role.").inside("begin")
    let wanted = FieldViolation(field: "begin.options.role", description: "No such role.")
    #expect(error.violations == [wanted] && error.code == .invalidArgument)
  }

  @Test func `each wrong column is a violation of its own`() {
    let refusal = ColumnRefusal(problems: [
      ColumnProblem(position: 3, name: "emial", reason: .unknownColumn, suggestion: "email"),
      ColumnProblem(reason: .noIdentifierColumn),
    ])
    let error = refusal.error(list: "values", element: ".column")
    #expect(error.reason == .wrongColumns && error.message == refusal.message)
    #expect(error.violations.map(\.field) == ["values[2].column", "values"])
    #expect(
      error.violations.map(\.description) == [
        "Unknown column \"emial\" (column 3); did you mean \"email\"?",
        "No identifier column: one of email, phone and external_id is needed.",
      ])
  }

  @Test func `too many columns are told with the limit and its setting`() {
    let refusal = ColumnRefusal(problems: [
      ColumnProblem(reason: .tooManyColumns(count: 11, max: 10))
    ])
    #expect(
      refusal.error(list: "begin.columns").facts == [
        .limit: "columnsMax", .limitValue: "10", .setting: "limits.columns",
      ])
  }

  // MARK: Messages

  @Test(arguments: [
    ("", 0), ("a b~", 4), ("100%", 6), ("\u{7F}\u{1F}", 6), ("ü", 6), ("语", 9), ("😀", 12),
  ])
  func `a message takes the bytes that percent-encoding makes of it`(_ text: String, _ bytes: Int) {
    #expect(StatusMessage.encodedBytes(text) == bytes)
  }

  @Test(arguments: ["x", "ü", "语", "😀", "%"], [2_040, 2_048, 2_049, 5_000])
  func `a message is cut where it would be too long, between two characters`(
    _ letter: String, _ bytes: Int
  ) {
    let count = bytes / StatusMessage.encodedBytes(letter)
    let message = String(repeating: letter, count: count)
    let fitted = StatusMessage.fitted(message)
    #expect(StatusMessage.encodedBytes(fitted) <= StatusMessage.encodedBytesMax)
    guard StatusMessage.encodedBytes(message) > StatusMessage.encodedBytesMax else {
      #expect(fitted == message)
      return
    }
    #expect(fitted.hasSuffix("...") && message.hasPrefix(fitted.dropLast(3)))
    #expect(StatusMessage.encodedBytes(fitted) > StatusMessage.encodedBytesMax - 13)
  }
}
