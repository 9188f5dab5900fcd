/// What keeps the bytes of a cell from being text; offsets count bytes from 0.
public enum TextFault: Sendable, Equatable {
  /// An ill-formed UTF-8 sequence begins at the offset.
  case invalidUTF8(offset: Int)
  /// A NUL stands at the offset; SQL text and C callers would end there.
  case nul(offset: Int)

  /// The code of the row's fault.
  public var code: FaultCode {
    switch self {
    case .invalidUTF8: .invalidUTF8
    case .nul: .nulCharacter
    }
  }

  /// Where the fault begins, in bytes from 0.
  public var offset: Int {
    switch self {
    case .invalidUTF8(let offset), .nul(let offset): offset
    }
  }
}
