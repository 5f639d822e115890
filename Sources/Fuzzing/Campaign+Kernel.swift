internal import CFuzzing
internal import LuaBridge

// What only the kernel knows of a target.

extension Campaign {
  var kernelNatives: [LuaFunction] {
    [
      // "gone", "asleep", "running" or "stopped": all threads of the process at 1.
      LuaFunction("activity") { call throws(LuaError) in
        let activity = cf_activity_of(pid_t(clamping: try call.integer(1)))
        return call.returning(Self.name(of: activity))
      },
      // In clock ticks; -1 if it is gone.
      LuaFunction("processorTime") { call throws(LuaError) in
        call.returning(Int(cf_processor_time(pid_t(clamping: try call.integer(1)))))
      },
      LuaFunction("residentBytes") { call throws(LuaError) in
        call.returning(Int(cf_resident_bytes(pid_t(clamping: try call.integer(1)))))
      },
      // For so many microseconds, which are too few for the event loop; 0 lets others have the processor.
      LuaFunction("pause") { call throws(LuaError) in
        cf_pause(CInt(clamping: try call.integer(1)))
        return .nothing
      },
      // What the peer of the descriptor at 1 has not read; -1 where nobody knows.
      LuaFunction("unreadByPeer") { call throws(LuaError) in
        call.returning(Int(cf_unread_by_peer(CInt(clamping: try call.integer(1)))))
      },
    ]
  }

  private static func name(of activity: cf_activity) -> String {
    switch activity {
    case CF_ASLEEP: "asleep"
    case CF_RUNNING: "running"
    case CF_STOPPED: "stopped"
    default: "gone"
    }
  }
}
