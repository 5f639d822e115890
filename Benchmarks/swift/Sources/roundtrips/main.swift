// Round trips through LocalSockets, with signals and the event loop.

import Glibc
import LocalSockets

func fail(_ reason: String) -> Never {
  print(reason)
  fflush(nil)
  exit(1)
}

func serve(path: String, loop: EventLoop) throws {
  let server = EchoServer(loop: loop, path: path) { loop.stop() }
  print("ready")
  fflush(nil)
  try loop.run()
  print("echoed \(server.bytesEchoed)")
}

func ask(path: String, rounds: Int, loop: EventLoop) throws {
  let client = Client(loop: loop, path: path, rounds: rounds) { duration in
    print("rate \(Int((Double(rounds) / (duration / .seconds(1))).rounded()))")
    loop.stop()
  }
  try withExtendedLifetime(client) { try loop.run() }
}

func playBoth(path: String, rounds: Int, loop: EventLoop) throws {
  let server = EchoServer(loop: loop, path: path) {}
  try withExtendedLifetime(server) { try ask(path: path, rounds: rounds, loop: loop) }
}

let arguments = CommandLine.arguments.dropFirst()
let rounds = arguments.dropFirst(2).first.flatMap(Int.init)
let loop = try EventLoop()

switch (arguments.first, arguments.dropFirst().first, rounds) {
case ("server", let path?, nil): try serve(path: path, loop: loop)
case ("client", let path?, let rounds?): try ask(path: path, rounds: rounds, loop: loop)
case ("both", let path?, let rounds?): try playBoth(path: path, rounds: rounds, loop: loop)
default: fail("usage: roundtrips server PATH | client PATH ROUNDS | both PATH ROUNDS")
}
