internal import Glibc

/// The clocks that the store needs.
enum Clock {
  /// Seconds since 1970, for what people read.
  static func unixSeconds() -> Int64 { Int64(time(nil)) }

  /// Seconds of a clock that nobody sets, and that goes on while the machine is suspended.
  static func elapsedSeconds() -> Int64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &now)
    return Int64(now.tv_sec)
  }

  /// Nanoseconds that never go back, for delays.
  static func nanoseconds() -> UInt64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
  }
}
