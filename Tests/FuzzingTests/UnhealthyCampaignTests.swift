import Testing

@Suite("Unhealthy campaigns", .enabled(if: FuzzRun.parley != nil, "PARLEY_BIN names no binary"))
struct UnhealthyCampaignTests {
  private func result(_ script: String, _ options: String = "--runs 2000") -> FuzzRun.Result {
    FuzzRun(script).run("fuzz script.lua --seed 1 \(options)")
  }

  @Test func `a script without fuzz blocks runs nothing`() {
    let result = result("local x = 1")
    #expect(result.status == 4)
    #expect(result.output.contains("the script has no fuzz"), "\(result.output)")
  }

  @Test func `a target that is not there is a fault of the environment`() {
    let result = result("target { command = { \"./nobody\" } } fuzz(\"block\", function() end)")
    #expect(result.status == 99)
    #expect(result.output.contains("nobody"), "\(result.output)")
  }

  @Test func `a target that dies before any input is told with its output`() {
    let result = result(
      """
      target { command = { "sh", "-c", "echo no config >&2; exit 3" } }
      fuzz("block", function(g, t) t:connect() end)
      """
    )
    #expect(result.status == 99)
    #expect(result.output.contains("exited with status 3 before any input"), "\(result.output)")
    #expect(result.output.contains("no config"))
  }

  @Test func `a generator that draws for ever is stopped`() {
    let result = result("fuzz(\"block\", function(g) while true do g:bool() end end)")
    #expect(result.status == 99)
    #expect(result.output.contains("made too many choices"), "\(result.output)")
  }

  @Test func `a generator that loops is stopped`() {
    let result = result(
      "fuzz(\"block\", { timeout = \"300ms\" }, function() while true do end end)"
    )
    #expect(result.status == 99)
    #expect(result.output.contains("longer than its time"), "\(result.output)")
  }

  @Test func `a generator that raises is a finding`() {
    let result = result(
      "fuzz(\"block\", function(g) if g:int { 0, 9 } > 4 then error(\"boom\") end end)"
    )
    #expect(result.status == 1)
    #expect(result.output.contains("the script raised an error"), "\(result.output)")
  }

  @Test func `cases that are nearly all rejected are told`() {
    let result = result("fuzz(\"block\", function(g) g:assume(g:int { 0, 999 } == 5) end)")
    #expect(result.status == 0)
    #expect(result.output.contains("were rejected by g:assume"), "\(result.output)")
  }

  @Test func `a corpus with what is no tape is told`() {
    let run = FuzzRun("fuzz(\"block\", function(g) g:bool() end)")
    _ = run.shell("mkdir corpus; echo nonsense >corpus/x.tape")
    let result = run.run("fuzz script.lua --runs 10 --corpus corpus")
    #expect(result.status == 0)
    #expect(result.output.contains("the corpus has 1 file that is no tape"), "\(result.output)")
  }

  @Test func `a tape of another script is played as far as it fits`() {
    let run = FuzzRun("fuzz(\"block\", function(g) g:state(g:int { 0, 1 << 60 }) end)")
    _ = run.run("fuzz script.lua --runs 50 --corpus corpus")
    run.directory.write(
      "fuzz(\"block\", function(g) g:text() g:state(g:bool()) end)",
      to: "script.lua"
    )
    #expect(run.run("fuzz script.lua --runs 50 --corpus corpus").status == 0)
  }
}
