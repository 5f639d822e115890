internal import CLuaShim

// Stopping scripts that do not stop by themselves.

extension LuaScheduler {
  /// Why the running script is to be stopped, if it is.
  package var interruption: String? {
    let shim = unsafe state.shim
    guard unsafe shim.pointee.interrupt != LSL_CALM.rawValue else { return nil }
    return unsafe withUnsafeBytes(of: &shim.pointee.interrupt_message) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

extension LuaRuntime {
  /// Makes this the runtime that interruptions of this thread are for.
  package func becomeInterruptible() { unsafe lsl_set_interruptible(shim) }

  /// Raises an error with this message in whatever runs when the time has passed.
  ///
  /// - Parameters:
  ///   - milliseconds: From now; 0 calls it off.
  ///   - message: What the error says.
  package func interrupt(afterMilliseconds milliseconds: Int, message: String) {
    unsafe message.withCString { message in
      _ = unsafe lsl_set_watchdog(shim, Int64(milliseconds), message)
    }
  }

  /// Raises an error with this message in what runs now.
  ///
  /// Async-signal-safe.
  ///
  /// - Parameters:
  ///   - message: What the error says.
  ///   - exitStatus: How the process ends if the script cannot be stopped.
  package static func interrupt(_ message: StaticString, exitStatus: CInt) {
    let message = unsafe UnsafeRawPointer(message.utf8Start)
    unsafe lsl_interrupt(message.assumingMemoryBound(to: CChar.self), exitStatus)
  }

  /// Says how the process ends when a script does not stop within two seconds of an interruption:
  /// with a sentence on the standard error that tells where the script is.
  ///
  /// Without it, such a script is waited for.
  ///
  /// - Parameters:
  ///   - subject: Who did not stop, as the sentence begins; empty calls it off.
  ///   - directory: What is removed with all that is in it.
  package static func setLastResort(subject: String, removing directory: String?) {
    unsafe subject.withCString { subject in
      unsafe (directory ?? "").withCString { unsafe lsl_set_last_resort(subject, $0) }
    }
  }

  /// Has the last resort tell somebody besides, as a line of JSON: an object whose `stuck` says why the
  /// script was interrupted, and whose `file` and `line` where it is.
  ///
  /// - Parameter descriptor: Where the line is written; it stays its owner's.
  package static func setLastListener(_ descriptor: CInt) { lsl_set_last_listener(descriptor) }

  /// Removes the directory of the last resort and ends the process, without closing anything.
  ///
  /// Async-signal-safe.
  package static func endProcess(exitStatus: CInt) -> Never { lsl_end_process(exitStatus) }

  /// Lets scripts run again after an interruption.
  package func calm() { unsafe lsl_calm(shim) }
}
