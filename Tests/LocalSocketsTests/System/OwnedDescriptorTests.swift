import Glibc
import LocalSockets
import Testing

@Suite("OwnedDescriptor")
struct OwnedDescriptorTests {
  @Test func `the descriptor is closed at the end of its owner's life`() throws {
    let pair = try SystemCalls.socketPair()
    let watched = OwnedDescriptor(adopting: dup(pair.second.number))
    let number = dup(pair.first.number)
    _ = consume pair

    #expect(try hasEnded(watched.number) == false)
    _ = OwnedDescriptor(adopting: number)

    #expect(try hasEnded(watched.number))
  }

  /// Whether the socket at the other end of a pair was closed.
  private func hasEnded(_ descriptor: CInt) throws(SystemError) -> Bool {
    unsafe try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) {
      buffer throws(SystemError) in
      unsafe try SystemCalls.receive(descriptor, into: buffer, Envelope()) == .done(0)
    }
  }
}
