internal import LuaBridge
package import Scenario

/// A campaign of fuzzing over the blocks of one script.
///
/// What it does with cases is written in Lua, over the language of scenarios; this hands it what the
/// command line says and what only the kernel knows.
package final class Campaign {
  private let settings: CampaignSettings
  private let runner: BlockRunner
  /// What the blocks have come to.
  private var findings = 0
  /// How the campaign's code wants it to end, where it does.
  private var end: ExitCode?
  /// Where it tells how it goes, if somebody shows that.
  private let status: StatusNote?

  /// Prepares a campaign.
  ///
  /// - Throws: ``Failure`` when the script cannot be read.
  package init(
    _ settings: CampaignSettings,
    configuration: CommonConfiguration
  ) throws(Failure) {
    self.settings = settings
    runner = try BlockRunner(
      script: settings.script,
      configuration: configuration,
      language: PreludeCode([.fuzzing]),
      note: settings.isMember ? ProgramTeam.takeNote() : nil
    )
    status = settings.isMember ? ProgramTeam.takeStatus() : nil
  }

  /// Runs it.
  ///
  /// - Parameter line: The line at which the only block stands that is wanted; `nil` for all.
  /// - Returns: The status with which the command ends.
  /// - Throws: ``Failure`` when the script does not load, or has no such block.
  package func run(line: Int? = nil) throws(Failure) -> ExitCode {
    let blocks = try runner.blocks(natives).filter { line.map($0.lines.contains) ?? true }
    if blocks.isEmpty {
      settings.complain(
        line == nil
          ? "the script has no fuzz(\"name\", function(g, t) … end)"
          : "no fuzz block stands at that line"
      )
      return .nothingRan
    }
    for block in blocks {
      if let failure = try runner.run(block.name, natives) {
        if Interruption.isRequested { break }
        settings.complain("\(block.name): \(failure.message)")
        for note in failure.notes { settings.complain("  \(note)") }
        return failure.kind.exitCode
      }
      if let end { return end }
      if settings.stopsAtFinding && findings > 0 { break }
    }
    return findings > 0 ? .failure : .success
  }
}

// MARK: Natives

extension Campaign {
  private var natives: [LuaFunction] {
    [
      LuaFunction("setting") { [unowned self] call throws(LuaError) in
        switch settings.value(try call.text(1)) {
        case .flag(let value): return call.returning(value)
        case .integer(let value): return call.returning(value)
        case .number(let value): call.thread.push(value)
        case .text(let value): return call.returning(value)
        case nil: return call.returningNil()
        }
        return .results(1)
      },
      LuaFunction("say") { [unowned self] call throws(LuaError) in
        settings.print(try call.text(1))
        return .nothing
      },
      LuaFunction("complain") { [unowned self] call throws(LuaError) in
        settings.complain(try call.text(1))
        return .nothing
      },
      LuaFunction("tell") { [unowned self] call throws(LuaError) in
        status?.tell(try call.text(1))
        return .nothing
      },
      LuaFunction("found") { [unowned self] _ throws(LuaError) in
        findings += 1
        return .nothing
      },
      LuaFunction("endWith") { [unowned self] call throws(LuaError) in
        end = ExitCode(rawValue: CInt(clamping: try call.integer(1)))
        return .nothing
      },
    ] + kernelNatives + [CoverageMap.native]
  }
}
