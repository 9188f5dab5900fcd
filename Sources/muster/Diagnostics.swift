internal import ArgumentParser
internal import Glibc
internal import MusterCSV
internal import MusterClient

/// Why a command failed: a full sentence with what to do.
struct CommandFailure: Error {
  var message: String

  init(_ message: String) { self.message = message }

  /// A failed system call.
  ///
  /// - Parameter what: The failure as the beginning of a sentence, such as "Reading x.csv failed".
  static func system(_ what: String, code: Int32 = errno) -> CommandFailure {
    let reason = unsafe String(cString: strerror(code))
    return CommandFailure("\(what): \(reason)\(advice(code).map { "; \($0)" } ?? "").")
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
    case let failure as MusterClientError: note(failure.message)
    case let failure as CSVError: note(failure.message)
    case is CancellationError: note("The command was cut off.")
    default: return error
    }
    return ExitCode(1)
  }

  /// Prints a sentence to standard error, in the command's name.
  static func note(_ message: String) {
    var bytes = Array("muster: ".utf8)
    // Names in it may hold anything; a terminal must not obey them.
    for byte in message.utf8 {
      bytes.append((byte < 0x20 && byte != 0x0A) || byte == 0x7F ? UInt8(ascii: "?") : byte)
    }
    bytes.append(0x0A)
    write(bytes)
  }

  /// Writes bytes to standard error as they are; nobody is left to tell if that fails.
  static func write(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { _ = unsafe Glibc.write(2, $0.baseAddress, $0.count) }
  }
}
