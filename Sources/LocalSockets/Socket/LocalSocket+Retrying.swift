// Trying again what failed and may not the next time, where nothing tells when.
extension LocalSocket {
  /// Tries to send again later what the kernel had no memory for, of which it took nothing.
  ///
  /// Returns false where the error is another, or has lasted for too long.
  func retrySending(after error: SystemError) -> Bool {
    error.isShortage && retrySending(within: loop.retryLimit)
  }

  /// Tries to send again after a pause; says whether there was still time for it.
  @discardableResult
  func retrySending(within limit: Duration?) -> Bool {
    let retries = tries.sending ?? Retries()
    tries.sending = retries
    return retries.scheduleNext(within: limit, on: loop) { [weak self] in _ = self?.send() }
  }

  /// Tries to receive again later what the kernel had no memory for, with which nothing is lost.
  ///
  /// Returns false where the error is another, or has lasted for too long.
  func retryReceiving(after error: SocketError?) -> Bool {
    error?.systemError?.isShortage == true && pauseReceiving(within: loop.retryLimit)
  }

  /// Lets a pause pass before the next receive, since what failed would be tried as fast as the loop
  /// can turn.
  ///
  /// Returns false, without a pause, where the limit of all of them is reached.
  @discardableResult
  func pauseReceiving(within limit: Duration?) -> Bool {
    let retries = tries.receiving ?? Retries()
    let hasTime = retries.scheduleNext(within: limit, on: loop) { [weak self] in
      self?.updateInterest()
    }
    tries.receiving = hasTime ? retries : nil
    updateInterest()
    return hasTime
  }

  /// Takes note that a receive did not fail.
  func endPausing() {
    tries.receiving = nil
    updateInterest()
  }

  /// Whether receiving waits for the time of its next try.
  var isPausing: Bool { tries.receiving != nil && tries.receiving?.isPausing == true }
}
