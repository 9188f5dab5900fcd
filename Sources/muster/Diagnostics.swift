internal import ArgumentParser
internal import Glibc
internal import MusterCSV
internal import MusterClient
internal import MusterCore
internal import MusterFiles

/// Why a command failed: a full sentence with what to do.
struct CommandFailure: Error {
  var message: TerminalText

  init(_ message: TerminalText) { self.message = message }

  /// A file that cannot be written or opened.
  init(_ failure: FileFailure) {
    self = failure.code.map { .system("\(failure.what)", code: $0) } ?? Self("\(failure.what)")
  }

  /// A failed system call.
  ///
  /// - Parameter what: The failure as the beginning of a sentence, such as "Reading x.csv failed".
  static func system(_ what: TerminalText, code: Int32 = errno) -> CommandFailure {
    let reason = unsafe String(cString: strerror(code))
    return CommandFailure("\(what): \(reason)\(advice(code).map { "; \($0)" } ?? "").")
  }

  /// Calls a closure, and makes its failures those of a command.
  static func of<Result: ~Copyable>(
    _ body: () throws(FileFailure) -> Result
  ) throws(CommandFailure) -> Result {
    do throws(FileFailure) {
      return try body()
    } catch {
      throw CommandFailure(error)
    }
  }

  /// What to do, where the reason alone says so.
  private static func advice(_ code: Int32) -> String? {
    switch code {
    case ENOENT, ENOTDIR: "make its directory first, or name another place"
    case EISDIR: "name a file in it"
    case EACCES, EPERM, EROFS: "name another place, or ask for access to this one"
    case ENOSPC, EDQUOT: "make room there, or name another place"
    case EPIPE: "its reader has gone"
    case EBADF: "it was closed before the command began"
    default: nil
    }
  }
}

/// What goes to standard error.
enum Diagnostics {
  /// Prints why a command failed, if ArgumentParser does not, and gives what to exit with.
  static func reported(_ error: any Error) -> any Error {
    switch error {
    case let failure as CommandFailure: note(failure.message)
    case let failure as MusterClientError: note("\(failure.message)")
    case let failure as CSVError: note("\(failure.message)")
    case let failure as FileFailure: note("\(failure.message)")
    case is CancellationError: note("The command was cut off.")
    default: return error
    }
    return ExitCode(1)
  }

  /// Prints a sentence to standard error, in the command's name.
  static func note(_ message: TerminalText) { write("muster: \(message)\n") }

  /// Writes text to standard error as it is; nobody is left to tell if that fails.
  static func write(_ text: TerminalText) {
    unsafe text.printed.withUnsafeBytes { _ = unsafe Glibc.write(2, $0.baseAddress, $0.count) }
  }
}
