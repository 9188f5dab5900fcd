internal import MusterFaults
internal import NIOCore

/// An accepted connection under another remote address: the one that names its peer.
///
/// What the client has bound its own end to is not looked at: it may choose that. gRPC hands this
/// address to each call of the connection. Everything else is the connection's own.
final class PeerChannel: Channel {
  private let base: any Channel
  private let name: SocketAddress

  init(_ base: any Channel, remoteAddress: SocketAddress) {
    self.base = base
    name = remoteAddress
  }

  var remoteAddress: SocketAddress? { Mutant.trustsAddresses.isOn ? base.remoteAddress : name }

  var allocator: ByteBufferAllocator { base.allocator }
  var closeFuture: EventLoopFuture<Void> { base.closeFuture }
  var pipeline: ChannelPipeline { base.pipeline }
  var localAddress: SocketAddress? { base.localAddress }
  var parent: (any Channel)? { base.parent }
  var isWritable: Bool { base.isWritable }
  var isActive: Bool { base.isActive }
  var eventLoop: any EventLoop { base.eventLoop }
  var _channelCore: any ChannelCore { base._channelCore }
  var syncOptions: (any NIOSynchronousChannelOptions)? { base.syncOptions }

  func setOption<Option: ChannelOption>(
    _ option: Option, value: Option.Value
  ) -> EventLoopFuture<Void> {
    base.setOption(option, value: value)
  }

  func getOption<Option: ChannelOption>(_ option: Option) -> EventLoopFuture<Option.Value> {
    base.getOption(option)
  }
}
