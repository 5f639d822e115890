import NIOCore

/// Sends messages, and calls what was given with each whole reply.
final class Asking: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let size: Int
  private let active: (ChannelHandlerContext) -> Void
  private let replied: (ChannelHandlerContext, ByteBuffer) -> Void
  private let inactive: () -> Void
  private var unread: ByteBuffer?

  init(
    size: Int,
    active: @escaping (ChannelHandlerContext) -> Void = { _ in },
    replied: @escaping (ChannelHandlerContext, ByteBuffer) -> Void,
    inactive: @escaping () -> Void = {}
  ) {
    self.size = size
    self.active = active
    self.replied = replied
    self.inactive = inactive
  }

  func channelActive(context: ChannelHandlerContext) {
    active(context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if var unread {
      unread.writeBuffer(&bytes)
      bytes = unread
    }
    unread = bytes.readableBytes < size ? bytes : nil
    if unread == nil { replied(context, bytes) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    inactive()
  }
}

/// The messages of the rounds and the check of their replies.
struct Messages {
  private let even: ByteBuffer
  private let odd: ByteBuffer

  init(_ load: Load) {
    even = ByteBuffer(bytes: load.message(0))
    odd = ByteBuffer(bytes: load.message(1))
  }

  func ofRound(_ round: Int) -> ByteBuffer {
    round & 1 == 0 ? even : odd
  }

  func check(_ reply: ByteBuffer, round: Int) {
    guard reply == ofRound(round) else { fail("round \(round): the reply is not what was sent") }
  }
}

/// Sends the stream while the channel takes more.
final class StreamSender: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let message: ByteBuffer
  private var left: Int

  init(_ load: Load) {
    message = ByteBuffer(bytes: load.streamMessage)
    left = load.count
  }

  func channelActive(context: ChannelHandlerContext) {
    sendMore(context)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    sendMore(context)
  }

  private func sendMore(_ context: ChannelHandlerContext) {
    while left > 1, context.channel.isWritable {
      left -= 1
      context.send(message)
    }
    guard left == 1, context.channel.isWritable else { return }
    left = 0
    context.writeAndFlush(NIOAny(message)).whenComplete { _ in context.close(promise: nil) }
  }
}

/// Asks with lines, so many in flight at once.
final class LineClient: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let load: Load
  private let batch: ByteBuffer
  private let stopwatch = Stopwatch()
  private var answered = 0

  init(_ load: Load) {
    self.load = load
    batch = ByteBuffer(string: String(repeating: "PING\n", count: load.size))
  }

  func channelActive(context: ChannelHandlerContext) {
    context.send(batch)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard unwrapInboundIn(data) == pong else { fail("not the line that was expected") }
    answered += 1
    if answered == load.count {
      stopwatch.printRate(of: load.count)
      context.close(promise: nil)
    } else if answered % load.size == 0 {
      context.send(batch)
    }
  }
}
