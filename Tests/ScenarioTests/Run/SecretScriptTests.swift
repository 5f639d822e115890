import TestSupport
import Testing

@testable import Scenario

@Suite("Secrets of scripts")
struct SecretScriptTests {
  /// All that a run leaves: what it has printed, and its files.
  private func traces(of run: ScriptRun) throws -> String {
    let files = try files(of: run)
    return run.output + files
  }

  /// What a run writes to its log and to reports of which nothing is to be seen before its end.
  private func files(of run: ScriptRun) throws -> String {
    run.configuration.logPath = run.directory.file("log")
    run.configuration.reportFiles = [
      .init(kind: .html, path: run.directory.file("page.html")),
      .init(kind: .junit, path: run.directory.file("report.xml")),
    ]
    _ = run.run()
    var traces = ""
    for file in ["log", "page.html", "report.xml"] {
      let bytes = try FileSystem.contents(of: run.directory.file(file))
      traces += String(decoding: bytes, as: UTF8.self)
    }
    return traces
  }

  @Test(arguments: [
    #"local password = "hunter2" secret(password)"#,
    #"local password = "hun" .. "ter2" secret(password)"#,
    #"secret [[hunter2]]"#,
    #"secret "\104unter2""#,
    #"local t2 = { password = "hunter2" } secret(t2.password)"#,
    #"local function load() return "hunter2" end secret(load())"#,
  ])
  func `a literal reaches neither report nor log`(marking: String) throws {
    let traces = try traces(
      of: ScriptRun(
        """
        \(marking)
        t:note("hunter2")
        t:equal(1, 2)
        """
      )
    )

    #expect(traces.contains("expected 2, got 1"))
    #expect(!traces.contains("unter2") && !traces.contains("ter2"))
  }

  @Test func `what a later block makes a secret is hidden in the text that all share`() throws {
    let traces = try traces(
      of: ScriptRun(
        """
        local keys = { "hunter2" }
        scenario("one", function(t) t:equal(1, 2) end)
        scenario("two", function(t) secret(keys[1]) t:isTrue(true) end)
        """
      )
    )

    #expect(traces.contains("1 scenario failed"))
    #expect(!traces.contains("hunter2"))
  }

  @Test func `what another file holds is hidden as well`() throws {
    let run = ScriptRun(
      """
      local keys = require "keys"
      scenario("one", function(t) keys.check(t) end)
      scenario("two", function(t) secret(keys.password) t:isTrue(true) end)
      """
    )
    run.add(
      "keys.lua",
      """
      return {
        password = "hunter2",
        check = function(t) t:note("here") t:isTrue(true) end,
      }
      """
    )

    let traces = try traces(of: run)

    #expect(traces.contains("password = "))
    #expect(!traces.contains("hunter2"))
  }

  @Test func `a report that is made of the log quotes it alone`() throws {
    let run = ScriptRun("local name = \"ann\"\nt:equal(name, secret(var.OTHER))")
    run.configuration.common.variables = ["OTHER": "bob"]
    _ = try traces(of: run)
    run.add("script.lua", "-- another script")
    var report = ""
    let reporter = PrettyReporter(format: ReportFormat()) { report += $0 }

    _ = try RunLog([run.directory.file("log")]).report(to: [reporter]) { _ in }

    #expect(report.contains("local name = \"ann\""))
  }

  @Test func `what the command line says is secret is hidden before the script begins`() throws {
    let run = ScriptRun(
      """
      t:note("%s", var.token)
      local a, b = t:pair { codec = "json" }
      a:send { token = var.token }
      b:expect { token = "other" }
      """
    )
    run.configuration.common.variables = ["token": "hunter\"2"]
    run.configuration.common.secretNames = ["token"]
    run.configuration.common.options = ["-D", "token=hunter\"2"]

    let traces = try traces(of: run)

    #expect(traces.contains("«secret»"))
    #expect(!traces.contains("hunter"))
  }

  @Test func `what the command line gives is not shown before the script makes it a secret`() throws
  {
    let run = ScriptRun(
      """
      t:equal(1, 2)
      secret(var.token)
      """
    )
    run.configuration.common.variables = ["token": "hunter2"]
    run.configuration.common.options = ["-D", "token=hunter2"]

    let traces = try traces(of: run)

    #expect(traces.contains("again  parley run"))
    #expect(!traces.contains("hunter2"))
  }

  @Test func `the summary does not show what has become a secret after the first failure`() throws {
    let run = ScriptRun(
      """
      scenario("one", function(t) t:equal(1, 2) end)
      scenario("two", function(t) require "marking" t:equal(1, 2) end)
      """
    )
    run.add("marking.lua", "secret(var.token)")
    run.configuration.common.variables = ["token": "hunter2"]
    run.configuration.common.options = ["-D", "token=hunter2"]
    _ = run.run()

    let again = try #require(run.output.split(separator: "  again  ").last)

    #expect(again.contains("token=«secret»"))
    #expect(!again.contains("hunter2"))
  }

  @Test func `what becomes a secret is in no file that is written after it`() throws {
    let run = ScriptRun(
      """
      scenario("one", function(t)
        local client, server = t:pair { kind = "seqpacket" }
        client:send("\\0" .. var.token)
        t:note("the token is %s", var.token)
        server:expect("x" .. var.token)
      end)
      scenario("two", function(t) t:skip(var.token) end)
      scenario("three", function(t) require "marking" t:isTrue(true) end)
      """
    )
    run.add("marking.lua", "secret(var.token)")
    run.configuration.common.variables = ["token": "hunter2"]
    run.configuration.common.options = ["-D", "token=hunter2"]

    let files = try files(of: run)

    #expect(run.output.contains("1 scenario failed, 1 passed, 1 skipped"))
    #expect(files.contains("the token is «secret»"))
    #expect(files.contains("token=«secret»"))
    for part in ["hunter2", "AGh1bnRlcjI"] { #expect(!files.contains(part)) }
  }

  @Test func `what a log gets when its run is killed does not outlive the run`() throws {
    let run = ScriptRun(
      """
      scenario("one", function(t) t:equal("hunter2", 2) end)
      scenario("two", function(t)
        local text = io.open(var.LOG .. ".sources"):read "a"
        t:isTrue(text:find('"event":"source"', 1, true))
        secret(table.concat { "hunter", 2 })
      end)
      """
    )
    run.configuration.common.variables = ["LOG": run.directory.file("log")]
    let traces = try traces(of: run)

    #expect(traces.contains("1 scenario failed, 1 passed"))
    #expect((try? FileSystem.status(of: run.directory.file("log.sources"))) == nil)
  }

  @Test func `what becomes a secret goes from all texts that a killed run would leave`() throws {
    let run = ScriptRun(
      """
      local helper = require "helper"
      scenario("one", function(t) helper.check(t) end)
      scenario("two", function(t)
        secret(helper.password)
        local text = io.open(var.LOG .. ".sources"):read "a"
        t:isTrue(text:find("helper.password", 1, true))
        t:isTrue(not text:find("hunter" .. "2", 1, true))
      end)
      """
    )
    run.add(
      "helper.lua",
      """
      local helper = {}
      helper.password = "hunter2"
      function helper.check(t) t:equal(1, 2) end
      return helper
      """
    )
    run.configuration.common.variables = ["LOG": run.directory.file("log")]

    #expect(try traces(of: run).contains("1 scenario failed, 1 passed"))
  }

  @Test(arguments: ["log.sources", "log.0"])
  func `a file of somebody else beside the log stays`(name: String) throws {
    let run = ScriptRun("t:equal(1, 2)")
    run.add(name, "mine\n")
    var complaints: [String] = []

    _ = try traces(of: run)
    _ = try RunLog([run.directory.file("log")]).report(to: []) { complaints.append($0) }

    #expect(try FileSystem.contents(of: run.directory.file(name)) == Array("mine\n".utf8))
    #expect(complaints.isEmpty)
  }

  @Test func `what a killed run has left beside the log does not outlive the next`() throws {
    let run = ScriptRun("t:isTrue(true)")
    run.add("log.sources", #"{"t":1,"event":"source","path":"a.lua","size":1,"text":"x"}"# + "\n")

    _ = try traces(of: run)

    #expect((try? FileSystem.status(of: run.directory.file("log.sources"))) == nil)
  }

  @Test func `a log without the text of a script does not quote what lies at its path`() throws {
    let run = ScriptRun("local keys = { \"hunter2\" }\nt:equal(1, 2)")
    _ = try traces(of: run)
    let path = run.directory.file("log")
    let log = String(decoding: try FileSystem.contents(of: path), as: UTF8.self)
    let lines = log.split(separator: "\n").filter { !$0.contains(#""event":"source""#) }
    run.directory.write(lines.joined(separator: "\n") + "\n", to: "cut")
    var report = ""
    let reporter = PrettyReporter(format: ReportFormat()) { report += $0 }

    _ = try RunLog([run.directory.file("cut")]).report(to: [reporter]) { _ in }

    #expect(report.contains("script.lua:2"))
    #expect(!report.contains("hunter2"))
  }
}
