package import LocalSocketLua
internal import LocalSockets
package import LuaBridge

/// A scenario that has failed and stands still, for somebody who wants to look at it.
///
/// Its connections are open, its calls have not returned, and none of its actors runs. Tasks that are
/// started now run while the library's loop is turned; their failures go to ``LuaScheduler/failed``,
/// which is free to be set.
package struct PausedScenario {
  /// The scenario as reports call it.
  package let title: String
  package let failure: Failure
  /// The actor that has failed, or of those that wait the first.
  package let actor: String
  /// The actor's thread, on which `debug.getlocal` finds the locals of its calls.
  package let thread: LuaThread
  package let runtime: LuaRuntime
  package let library: LocalSocketLibrary
  /// The state as a whole.
  package let session: Session
}
