import Glibc
import LocalSockets
import Testing

@Suite("SystemError")
struct SystemErrorTests {
  @Test func `the description names the call, the reason and the number`() {
    let error = SystemError(errno: ECONNREFUSED, systemCall: .connect)

    #expect(error.description == "connect: connection refused (errno 111)")
  }

  @Test func `the description of an unknown number still names the number`() {
    let error = SystemError(errno: 4000, systemCall: .recvmsg)

    #expect(error.description == "recvmsg: unknown error (errno 4000)")
  }
}
