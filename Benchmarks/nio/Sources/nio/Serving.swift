import NIOCore

typealias Ended = (Int) -> Void

/// Echoes what the connection sends.
final class Echo: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let ended: Ended
  private var echoed = 0

  init(ended: @escaping Ended) {
    self.ended = ended
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    echoed += unwrapInboundIn(data).readableBytes
    context.write(data, promise: nil)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.flush()
  }

  func channelInactive(context: ChannelHandlerContext) {
    ended(echoed)
  }
}

/// Closes the connection at once.
final class Closing: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let ended: Ended

  init(ended: @escaping Ended) {
    self.ended = ended
  }

  func channelActive(context: ChannelHandlerContext) {
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    ended(1)
  }
}

/// Receives the stream.
final class StreamReceiver: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let load: Load
  private let ended: Ended
  private let stopwatch = Stopwatch()
  private var received = 0

  init(_ load: Load, ended: @escaping Ended) {
    self.load = load
    self.ended = ended
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let piece = unwrapInboundIn(data)
    piece.readableBytesView.withContiguousStorageIfAvailable { bytes in
      load.check(bytes.span, position: received)
    }
    received += piece.readableBytes
  }

  func channelInactive(context: ChannelHandlerContext) {
    stopwatch.printRate(of: received / load.size)
    ended(received)
  }
}

/// Cuts the bytes into lines.
struct LineDecoder: ByteToMessageDecoder {
  typealias InboundOut = ByteBuffer

  mutating func decode(
    context: ChannelHandlerContext,
    buffer: inout ByteBuffer
  ) throws -> DecodingState {
    let bytes = buffer.readableBytesView
    guard let newline = bytes.firstIndex(of: UInt8(ascii: "\n")),
      let line = buffer.readSlice(length: newline - bytes.startIndex + 1)
    else { return .needMoreData }
    context.fireChannelRead(NIOAny(line))
    return .continue
  }

  mutating func decodeLast(
    context: ChannelHandlerContext,
    buffer: inout ByteBuffer,
    seenEOF: Bool
  ) throws -> DecodingState {
    try decode(context: context, buffer: &buffer)
  }
}

let ping = ByteBuffer(string: "PING\n")
let pong = ByteBuffer(string: "PONG\n")

/// Answers each line.
final class Answering: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let ended: Ended
  private var answered = 0

  init(ended: @escaping Ended) {
    self.ended = ended
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard unwrapInboundIn(data) == ping else { fail("not the line that was expected") }
    context.write(NIOAny(pong), promise: nil)
    answered += 1
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.flush()
  }

  func channelInactive(context: ChannelHandlerContext) {
    ended(answered)
  }
}
