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

func ask(path: String, messages: Messages, rounds: Int, loop: EventLoop) throws {
  let client = Client(loop: loop, path: path, messages: messages, rounds: rounds) { duration in
    print("rate \(Int((Double(rounds) / (duration / .seconds(1))).rounded()))")
    loop.stop()
  }
  try withExtendedLifetime(client) { try loop.run() }
}

func playBoth(path: String, messages: Messages, rounds: Int, loop: EventLoop) throws {
  let server = EchoServer(loop: loop, path: path) {}
  try withExtendedLifetime(server) {
    try ask(path: path, messages: messages, rounds: rounds, loop: loop)
  }
}

let usage = "usage: roundtrips server PATH SIZE | client PATH SIZE ROUNDS | both PATH SIZE ROUNDS"
let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 3, let size = Int(arguments[2]) else { fail(usage) }
let path = arguments[1]
let messages = Messages(size: size)
let rounds = arguments.dropFirst(3).first.flatMap(Int.init)
let loop = try EventLoop()

switch (arguments[0], rounds) {
case ("server", nil): try serve(path: path, loop: loop)
case ("client", let rounds?):
  try ask(path: path, messages: messages, rounds: rounds, loop: loop)
case ("both", let rounds?):
  try playBoth(path: path, messages: messages, rounds: rounds, loop: loop)
default: fail(usage)
}
