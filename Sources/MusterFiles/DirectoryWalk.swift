internal import Glibc

/// Goes to a directory part by part, so that each link on the way is looked at before it is
/// followed.
struct DirectoryWalk: ~Copyable {
  /// As many links as the system itself follows.
  private static let linksMax = 40
  /// Linux' O_PATH, which Swift does not see: to pass through a directory, it need not be readable.
  private static let pathOnly: Int32 = 0o10000000

  /// The directory reached so far.
  private(set) var descriptor: Int32
  private let path: FileName
  private let follows: Bool
  /// The parts still to go, the next one last.
  private var ahead: [FileName]
  private var linkCount = 0

  /// - Parameter start: Where a relative path begins; nil is the working directory.
  init(_ path: FileName, from start: Int32?, follows: Bool) throws(FileFailure) {
    self.path = path
    self.follows = follows
    ahead = path.parts.reversed()
    descriptor = Self.open(FileName(path.isAbsolute ? "/" : "."), in: start ?? AT_FDCWD)
    guard descriptor >= 0 else { throw failure() }
  }

  deinit { close(descriptor) }

  mutating func finish() throws(FileFailure) {
    while let part = ahead.popLast() {
      let next = Self.open(part, in: descriptor)
      if next >= 0 {
        close(descriptor)
        descriptor = next
      } else {
        try follow(part, errno)
      }
    }
  }

  private mutating func follow(_ part: FileName, _ code: Int32) throws(FileFailure) {
    guard let link = FoundFile.at(part, in: descriptor), link.kind == .link,
      let target = Self.target(of: part, in: descriptor)
    else { throw failure(code) }
    guard follows || link.owner == geteuid() || link.owner == 0 else {
      throw .refused(
        "The directory \(path.shown) is reached by the symbolic link \(part.shown) of another user "
          + "(uid \(link.owner)); name the directory that is meant, or add --follow.")
    }
    linkCount += 1
    guard linkCount <= Self.linksMax else { throw failure(ELOOP) }
    ahead += target.parts.reversed()
    guard target.isAbsolute else { return }
    let root = Self.open(FileName("/"), in: descriptor)
    guard root >= 0 else { throw failure() }
    close(descriptor)
    descriptor = root
  }

  private func failure(_ code: Int32 = errno) -> FileFailure {
    .system("Opening the directory \(path.shown) failed", code: code)
  }

  private static func open(_ name: FileName, in directory: Int32) -> Int32 {
    unsafe name.withCString {
      unsafe openat(directory, $0, pathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }
  }

  /// What a link says; nil if it is none, or says more than a path may have.
  static func target(of name: FileName, in directory: Int32) -> FileName? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe name.withCString { unsafe readlinkat(directory, $0, &bytes, bytes.count) }
    guard count > 0, count < bytes.count else { return nil }
    return FileName(bytes: bytes[..<count].map { UInt8(bitPattern: $0) })
  }
}
