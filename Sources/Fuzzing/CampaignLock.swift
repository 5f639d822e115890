internal import CFuzzing
internal import Scenario

/// Keeps other campaigns from an output directory.
enum CampaignLock {
  /// Takes the directory of a campaign until this process has ended, in whatever way.
  ///
  /// Those who play different parts of the cases share it.
  ///
  /// - Throws: ``Failure`` of the environment when another campaign has it, or it cannot be made.
  static func take(_ settings: CampaignSettings) throws(Failure) {
    FileSystem.makeDirectories(above: "\(settings.output)/")
    let hasOthers = settings.shardCount > 1
    try take("\(settings.output)/lock", isShared: hasOthers)
    if hasOthers { try take("\(settings.output)/lock.\(settings.shard + 1)", isShared: false) }
  }

  private static func take(_ path: String, isShared: Bool) throws(Failure) {
    switch unsafe cf_lock(path, isShared) {
    case CF_TAKEN: return
    case CF_HELD:
      throw Failure(.environment, "another campaign uses the output directory (\(path) is locked)")
    default: throw Failure(.environment, "cannot write \(path)")
    }
  }
}
