// The workloads through LocalSockets, with signals and the event loop.

import LocalSockets

let usage = "usage: WORKLOAD ROLE PATH SIZE COUNT"
let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 5, let load = Load(arguments.dropFirst(2)) else { fail(usage) }
let player = Player(load: load, loop: try EventLoop())

switch (arguments[0], arguments[1]) {
case ("crowd", "both"): try player.playCrowd()
case ("stream", "slow"):
  try player.playBoth("stream", rests: .milliseconds(1))
  pause(at: "finished")
case (let workload, "both"): try player.playBoth(workload)
case (let workload, "server"): try player.playServer(workload)
case (let workload, "client"): try player.playClient(workload)
default: fail(usage)
}
