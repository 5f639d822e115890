import NIOCore
import NIOPosix

typealias ServerName = String

/// One event loop with all channels.
struct Network {
  let load: Load
  private let loop: any EventLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()

  /// What the main thread waits for.
  func promise<Value>(of _: Value.Type = Void.self) -> EventLoopPromise<Value> {
    loop.makePromise()
  }

  /// Listens, with handlers for each connection.
  @discardableResult
  func listen(_ handlers: @escaping () -> [any ChannelHandler]) throws -> any Channel {
    try ServerBootstrap(group: loop)
      .serverChannelOption(.backlog, value: 128)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(handlers())
        }
      }
      .bind(unixDomainSocketPath: load.name)
      .wait()
  }

  /// Connects, with handlers for the connection.
  @discardableResult
  func connect(_ handlers: any ChannelHandler...) -> EventLoopFuture<any Channel> {
    ClientBootstrap(group: loop)
      .channelInitializer { $0.pipeline.addHandlers(handlers) }
      .connect(unixDomainSocketPath: load.name)
  }

  /// Does something on the event loop's thread.
  func perform(_ action: @escaping () -> Void) {
    loop.execute(action)
  }
}

extension ChannelHandlerContext {
  func send(_ buffer: ByteBuffer) {
    writeAndFlush(NIOAny(buffer), promise: nil)
  }
}
