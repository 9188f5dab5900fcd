internal import Glibc

/// The three files that a program begins with.
enum StandardStreams {
  /// Puts something that cannot be used in the place of each that is closed.
  ///
  /// Otherwise the next socket or file would get its number, and what is meant for standard output
  /// would be written into it.
  static func fill() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is this one. The wrong way round, so that its use fails.
      _ = unsafe open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
  }
}
