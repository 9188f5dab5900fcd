internal import Glibc

/// The clocks that a workspace goes by.
struct Clocks: Sendable {
  /// Seconds since 1970, for what people read; it may jump.
  var wall: @Sendable () -> Int64
  /// Seconds of a clock that nobody sets and that goes on while the machine is suspended.
  var elapsed: @Sendable () -> Int64
  /// The process whose looks at ``elapsed`` can be compared; another one has another number.
  var process: Int64

  /// Those of the machine.
  static let system = Clocks(
    wall: Clock.unixSeconds, elapsed: Clock.elapsedSeconds, process: .random(in: 1 ... .max))
}
