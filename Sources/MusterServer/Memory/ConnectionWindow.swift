internal import NIOCore
internal import NIOHTTP2

/// The window of a whole connection, which is opened again for whatever comes, on any stream.
///
/// It is no bound: the windows of the streams are, each of which opens as far as there is memory.
struct ConnectionWindow {
  /// Bytes that the client could send in all, from the connection's start on.
  private var openedBytes = 65_535

  /// Opens it if half of it is used.
  ///
  /// - Parameters:
  ///   - byteCount: Bytes of DATA since the connection's start.
  ///   - pipeline: The connection's, through which HTTP/2 hears of it.
  mutating func open(after byteCount: Int, in pipeline: ChannelPipeline) {
    let left = openedBytes - byteCount
    guard left <= MemoryBounds.connectionWindowBytes / 2 else { return }
    let increment = MemoryBounds.connectionWindowBytes - left
    openedBytes += increment
    let frame = HTTP2Frame(
      streamID: .rootStream, payload: .windowUpdate(windowSizeIncrement: increment))
    pipeline.syncOperations.writeAndFlush(NIOAny(frame), promise: nil)
  }
}
