internal import LocalSockets

/// Looks for what is wrong with scripts, without running them.
///
/// Nothing of a script is run: its text is compiled for what Lua says of it, and read for the rest.
/// What it says is certain; where a script could do otherwise than it looks, it says nothing.
package struct ScriptCheck {
  private let language: PreludeCode
  private let log: EventLog
  /// What was found, script by script, in the order of the lines.
  package private(set) var findings: [Finding] = []
  private var scriptCount = 0
  private var vocabulary: Vocabulary?

  /// Prepares for checking.
  ///
  /// - Parameter extensions: What scripts may use besides the scenario language.
  /// - Throws: ``Failure`` of the environment.
  package init(_ extensions: [PreludeExtension] = []) throws(Failure) {
    language = PreludeCode(extensions)
    do throws(FileSystem.Failure) {
      log = EventLog(to: try LogStorage(), since: .now)
    } catch {
      throw Failure(.environment, "cannot check scripts: \(error.reason)")
    }
  }

  /// Checks scripts.
  ///
  /// - Returns: The status with which the command ends.
  package mutating func check(_ selection: ScriptSelection) -> ExitCode {
    for script in selection.scripts where !Interruption.isRequested {
      scriptCount += 1
      findings += Self.findings(in: script.path, remarks(on: script.path))
    }
    if let signal = Interruption.signal { return .signal(signal) }
    if findings.contains(where: \.kind.keepsFromLoading) { return .unloadable }
    return findings.isEmpty ? .success : .failure
  }

  /// What was found, as it is printed.
  package var report: CheckReport { CheckReport(findings: findings, scriptCount: scriptCount) }

  // MARK: One script

  private static func findings(in file: String, _ remarks: [Remark]) -> [Finding] {
    let text = SourceText((try? Script.text(of: file)) ?? [])
    return remarks.sorted { ($0.offset ?? 0) < ($1.offset ?? 0) }.map { remark in
      let place = remark.offset.map(text.place)
      return Finding(
        kind: remark.kind,
        file: file,
        line: place?.line,
        column: place?.column,
        message: remark.message,
        source: place.map { text.text(ofLine: $0.line) } ?? ""
      )
    }
  }

  private mutating func remarks(on file: String) -> [Remark] {
    do {
      let script = try Script(path: file)
      let session = try Session(
        script,
        configuration: CommonConfiguration(),
        language: language,
        log: log
      )
      defer { session.close() }
      let unknown = try unknownGlobals(of: session)
      return unknown + (try remarks(on: session))
    } catch {
      return [Self.remark(on: error, in: file)]
    }
  }

  private func unknownGlobals(of session: Session) throws(Failure) -> [Remark] {
    let unknown = try session.unknownGlobals(of: try session.compile())
    let text = SourceText(session.script.source)
    return unknown.map { global in
      let offset = text.offset(of: global.use.name, line: global.use.line)
      return Remark(kind: .unknownGlobal, offset: offset, message: global.sentence)
    }
  }

  /// What reading the script tells; nothing where it cannot be read.
  private mutating func remarks(on session: Session) throws(Failure) -> [Remark] {
    guard let block = try? Parser.parse(session.script.source) else { return [] }
    let reading = ScriptReading(block)
    let source = SourceText(session.script.source)
    let modules = AddedMembers(reading, at: session.script.path)
    return NameCheck(reading, try vocabulary(session), modules: modules).remarks
      + (try TextCheck(reading, source, session, modules: modules)).remarks
      + BlockNameCheck(reading, declarers: language.declarers).remarks
      + ExpectationCheck(reading).remarks + ListenerCheck(reading).remarks
      + ReachabilityCheck(reading, source).remarks
  }

  /// The names of the language, which is the same for all scripts.
  private mutating func vocabulary(_ session: Session) throws(Failure) -> Vocabulary {
    if let known = vocabulary { return known }
    let asked = try Vocabulary(session)
    vocabulary = asked
    return asked
  }

  /// Why a script cannot be loaded.
  private static func remark(on failure: Failure, in file: String) -> Remark {
    var offset: Int?
    if let line = failure.location?.line, let bytes = try? Script.text(of: file) {
      let text = SourceText(bytes)
      offset = text.offset(ofLine: line)
      // Lua names the line alone.
      if let found = syntaxError(in: bytes)?.offset, text.place(of: found).line == line {
        offset = found
      }
    }
    return Remark(kind: .unloadable, offset: offset, message: failure.message)
  }

  private static func syntaxError(in bytes: [UInt8]) -> SyntaxError? {
    do throws(SyntaxError) {
      _ = try Parser.parse(bytes)
      return nil
    } catch {
      return error
    }
  }
}

extension SourceText {
  /// Where a global stands in a line.
  fileprivate func offset(of global: String, line: Int) -> Int? {
    let tokens = (try? Lexer.tokens(of: bytes)) ?? []
    let found = tokens.indices.first { index in
      let isMember = index > 0 && [.symbol("."), .symbol(":")].contains(tokens[index - 1].kind)
      return tokens[index].kind == .name(global) && !isMember
        && place(of: tokens[index].offset).line == line
    }
    return found.map { tokens[$0].offset } ?? offset(ofLine: line)
  }
}
