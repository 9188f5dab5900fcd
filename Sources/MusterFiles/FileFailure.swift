internal import Glibc

/// Why a file cannot be written or opened.
package struct FileFailure: Error, Equatable {
  /// What failed and on what; a sentence with its full stop where there is no ``code``, else the
  /// beginning of one.
  package var what: String
  /// The error number of the call that failed; nil where something that was found is refused.
  package var code: Int32?

  /// Something was found that is not written to; a full sentence says what to do.
  package static func refused(_ sentence: String) -> FileFailure { FileFailure(what: sentence) }

  /// A call failed.
  ///
  /// - Parameter what: The beginning of a sentence, such as "Writing x.csv failed".
  package static func system(_ what: String, code: Int32 = errno) -> FileFailure {
    FileFailure(what: what, code: code)
  }

  /// A full sentence.
  package var message: String {
    guard let code else { return what }
    return "\(what): \(unsafe String(cString: strerror(code)))."
  }
}
