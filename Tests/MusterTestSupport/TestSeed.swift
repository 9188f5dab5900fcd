internal import Glibc

/// The seed of a random test: `MUSTER_TEST_SEED`, or one that is drawn.
///
/// A test puts it into the comments of its expectations, so that a failure can be repeated.
public func testSeed() -> UInt64 {
  if let text = unsafe getenv("MUSTER_TEST_SEED"), let seed = unsafe UInt64(String(cString: text)) {
    return seed
  }
  return .random(in: 0 ... .max)
}
