// The workloads through SwiftNIO, with one event loop.

import NIOCore

let usage = "usage: WORKLOAD ROLE PATH SIZE COUNT"
let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 5, let load = Load(arguments.dropFirst(2)) else { fail(usage) }
let network = Network(load: load)

switch (arguments[0], arguments[1]) {
case ("roundtrips", "server"): try network.serve { [Echo(ended: $0)] }
case ("roundtrips", "client"): try network.askRounds()
case ("roundtrips", "both"):
  try network.listen { [Echo { _ in }] }
  try network.askRounds()
case ("stream", "server"): try network.serve { [StreamReceiver(load, ended: $0)] }
case ("stream", "client"): try network.sendStream()
case ("stream", "both"): try network.playStream()
case ("conversations", "server"): try network.serve(load.count, network.conversation)
case ("conversations", "client"): try network.converseAll()
case ("conversations", "both"):
  try network.listen { network.conversation { _ in } }
  try network.converseAll()
case ("crowd", "both"): try network.playCrowd()
case ("lines", "server"):
  try network.serve { [ByteToMessageHandler(LineDecoder()), Answering(ended: $0)] }
case ("lines", "client"): try network.askLines()
default: fail(usage)
}
