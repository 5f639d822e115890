package import Scenario

/// The process that the user has started: it has workers run the campaign, and shows how it goes.
package final class CampaignLead {
  private let settings: CampaignSettings
  private let hasMany: Bool
  private let team: ProgramTeam

  /// Starts the workers.
  ///
  /// - Parameters:
  ///   - settings: What the command line says.
  ///   - jobs: How many workers there are.
  ///   - arguments: The command line of a worker: its part of the cases, and how many parts there
  ///     are.
  /// - Throws: ``Failure`` of the environment when they cannot be started, or another campaign uses the
  ///   output directory.
  package init(
    _ settings: CampaignSettings,
    jobs: Int,
    arguments: (Int, Int) -> [String]
  ) throws(Failure) {
    self.settings = settings
    if settings.keepsState && settings.replayed == nil { try CampaignLock.take(settings) }
    hasMany = jobs > 1
    team = try ProgramTeam(
      arguments: (0..<jobs).map {
        // What this process plays must not depend on how many do it.
        arguments(settings.shard + settings.shardCount * $0, settings.shardCount * jobs)
      }
    )
  }

  /// Waits for the end of the campaign.
  ///
  /// - Parameters:
  ///   - isTerminal: Whether lines may be written over; else one is added every ten seconds.
  ///   - showLive: Writes lines that are not to stay.
  /// - Returns: The status with which the command ends.
  /// - Throws: ``Failure`` when the workers cannot be waited for.
  package func work(
    isTerminal: Bool,
    showLive: @escaping ([String]) -> Void
  ) throws(Failure) -> ExitCode {
    let interval = isTerminal ? Duration.milliseconds(500) : .seconds(10)
    let last = settings.stopsAtFinding ? Scenario.ExitCode.failure : nil
    let codes = team.work(every: interval, until: last) { [settings, team] in
      let status = CampaignStatus.sum(of: team.statuses)
      if isTerminal {
        showLive(status.lines)
      } else if !settings.writesJSON {
        settings.complain(status.line)
      }
    }
    if hasMany, !settings.writesJSON {
      settings.print(CampaignStatus.sum(of: team.statuses).summary + "\n")
    }
    if let signal = Interruption.signal { return .signal(signal) }
    return Self.worst(codes)
  }

  /// What the workers have come to together: what is wrong with the campaign counts before what it has
  /// found.
  private static func worst(_ codes: [ExitCode]) -> ExitCode {
    let order: [ExitCode] = [
      .internalError, .unloadable, .environment, .usage, .failure, .nothingRan,
    ]
    if let code = order.first(where: codes.contains) { return code }
    return codes.first { $0 != .success } ?? .success
  }
}
