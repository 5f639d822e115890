import TestSupport
import Testing

@Suite("Campaigns", .enabled(if: FuzzRun.parley != nil, "PARLEY_BIN names no binary"))
struct CampaignTests {
  /// A server of the script's own that fails at one request.
  private static let script = """
    fuzz("block", { wait = "500ms" }, function(g, t)
      t:listen("srv", { codec = "line" }):serve(function(c)
        for line in c:messages() do
          assert(line ~= "GET 7", "the server cannot get 7")
          c:send("OK " .. line)
        end
      end)
      local c = t:connect("srv", { codec = "line" })
      g:repeatUpTo(9, function()
        c:send(g:oneOf { function() return "PING" end, function() return "GET " .. g:int { 0, 9 } end })
        c:receive()
      end)
    end)
    """

  @Test func `a finding in a server of the script is saved with its simplest case`() {
    let run = FuzzRun(Self.script)

    let result = run.run("fuzz script.lua --runs 500 --seed 1")

    #expect(result.status == 1, "\(result.output)")
    let findings = run.findings()
    #expect(findings.count == 1)
    let messages = findings.first.map { run.directory.text(of: "\($0)/messages.jsonl") } ?? ""
    #expect(messages.split(separator: "\n").count { $0.contains("\"event\":\"sent\"") } >= 1)
    #expect(messages.contains("GET 7"))
    #expect(!messages.contains("PING"))
  }

  @Test func `a saved finding fails parley run until it is fixed`() {
    let run = FuzzRun(Self.script)
    _ = run.run("fuzz script.lua --runs 500 --seed 1")

    #expect(run.run("run -j1 script.lua").status == 1)

    run.directory.write(Self.script.replacing("\"GET 7\"", with: "\"GET x\""), to: "script.lua")
    #expect(run.run("run -j1 script.lua").status == 0)
    #expect(run.run("fuzz script.lua --runs 5").output.contains("does not fail any more"))
  }

  @Test func `a finding can be shown`() {
    let run = FuzzRun(Self.script)
    _ = run.run("fuzz script.lua --runs 500 --seed 1")
    let finding = run.findings().first ?? ""

    let result = run.run("fuzz script.lua --replay '\(finding)'")

    #expect(result.status == 1)
    #expect(result.output.contains("\"GET 7\\n\""), "\(result.output)")
  }

  @Test func `blind cases are the same whatever the number of workers and parts`() {
    // Each case tells what it has drawn.
    let script = """
      fuzz("block", function(g, t)
        local file <close> = io.open("drawn", "a")
        file:write(g:int { 0, 1 << 40 }, " ", g:bytes { max = 4, from = "a-z" }, "\\n")
      end)
      """
    let run = FuzzRun(script)
    func drawn(_ options: String) -> [Substring] {
      _ = run.shell("rm -f drawn")
      _ = run.run("fuzz script.lua --runs 60 --seed 5 --blind \(options)")
      return run.directory.text(of: "drawn").split(separator: "\n").sorted()
    }
    let alone = drawn("")
    let together = drawn("-j3")
    #expect(alone.count == 60)
    #expect(together == alone)
    #expect((drawn("--shard 1/2") + drawn("--shard 2/2")).sorted() == alone)
    #expect((drawn("--shard 1/2 -j3") + drawn("--shard 2/2")).sorted() == alone)
  }

  @Test func `a campaign that is killed goes on without playing a case twice`() {
    let script = """
      fuzz("block", function(g, t)
        local file <close> = io.open("drawn", "a")
        file:write(math.random(0), "\\n")  -- of the case's own seed
        localsocket.sleep(1)
      end)
      """
    let run = FuzzRun(script)
    let options = "fuzz script.lua --seed 3 --blind --output out"
    _ = run.shell(
      "'\(FuzzRun.parley ?? "")' \(options) --time 60s & pid=$!; "
        + "for _ in {1..600}; do [ \"$(wc -l <drawn)\" -gt 50 ] && break; sleep 0.1; done; "
        + "kill -9 $pid; wait $pid"
    )
    let before = run.directory.text(of: "drawn").split(separator: "\n")

    // The guard may need a moment to end what was left without its lead.
    let resumed = run.shell("sleep 1; exec '\(FuzzRun.parley ?? "")' \(options) --resume --time 1s")

    #expect(resumed.status == 0, "\(resumed.output)")
    let all = run.directory.text(of: "drawn").split(separator: "\n")
    #expect(all.count > before.count)
    #expect(Set(all).count == all.count)
    let left = TemporaryDirectory.names(in: run.directory.path).filter { $0.hasPrefix("parley-") }
    #expect(left == [])
  }

  @Test func `what is found is kept when the campaign is stopped before it was made smaller`() {
    let script = """
      fuzz("block", function(g, t)
        local file <close> = io.open("drawn", "a")
        file:write("x\\n")
        localsocket.sleep(var.slowly and 500 or 0)
        error(g:bytes { min = 5, max = 60 } ~= "" and "boom")
      end)
      """
    let run = FuzzRun(script)

    let stopped = run.shell(
      "'\(FuzzRun.parley ?? "")' fuzz script.lua -D slowly=1 & pid=$!; "
        + "for _ in {1..600}; do [ \"$(wc -l <drawn)\" -gt 2 ] && break; sleep 0.1; done; "
        + "kill -INT $pid; wait $pid"
    )

    #expect(stopped.status == 130, "\(stopped.output)")
    #expect(stopped.output.contains("the campaign was stopped"), "\(stopped.output)")
    let finding = run.findings().first ?? ""
    #expect(run.directory.text(of: "\(finding)/finding.json").contains("\"isUnfinished\":true"))

    let next = run.run("fuzz script.lua --runs 5")
    #expect(next.status == 1)
    #expect(run.findings() == [finding])
    #expect(run.directory.text(of: "\(finding)/finding.json").contains("\"trials\":10"))
  }

  @Test func `a corpus gets what is new in others, and only that`() {
    let run = FuzzRun("fuzz(\"block\", function(g) g:state(g:int { 0, tonumber(var.high) }) end)")
    _ = run.run("fuzz script.lua --runs 99 --corpus a -D high=3")
    _ = run.run("fuzz script.lua --runs 99 --corpus b -D high=5")

    let merged = run.run("fuzz script.lua --corpus a --merge b --merge b -D high=9 -j3")

    #expect(merged.status == 0, "\(merged.output)")
    let told = "block: 2 of 12 tapes bring something new to a"
    #expect(merged.output.contains(told), "\(merged.output)")
    #expect(TemporaryDirectory.names(in: run.directory.file("a")).count == 6)
  }

  @Test func `a corpus that is not there cannot be merged`() {
    let run = FuzzRun("fuzz(\"block\", function() end)")
    let result = run.run("fuzz script.lua --corpus a --merge nowhere")
    #expect(result.status == 99)
    #expect(result.output.contains("there is no corpus"), "\(result.output)")
  }

  @Test(arguments: ["", "-j2"])
  func `the end tells in what part of the cases each label was passed`(_ jobs: String) {
    let run = FuzzRun(
      """
      fuzz("block", function(g)
        g:label("all", function() end)
        if g:bool() then g:label("some", function() end) end
      end)
      """
    )
    let result = run.run("fuzz script.lua --runs 64 --blind --seed 1 \(jobs)")
    #expect(
      result.output.firstMatch(of: /of the cases: all 100 %, some [4-6][0-9.]* %/) != nil,
      "\(result.output)"
    )
  }

  @Test func `what a campaign that goes on has played before does not make it faster`() {
    let run = FuzzRun("fuzz(\"block\", function() localsocket.sleep(1) end)")
    _ = run.run("fuzz script.lua --runs 800 --output out")
    let result = run.run("fuzz script.lua --runs 801 --output out --resume")
    let rate = result.output.firstMatch(of: /, ([0-9,]+)\/s/).map { String($0.output.1) } ?? ""
    #expect(rate.count < 4, "\(result.output)")
  }

  @Test func `workers count once what still fails`() {
    let run = FuzzRun("fuzz(\"block\", function() error(\"boom\") end)")
    _ = run.run("fuzz script.lua --runs 5")
    let result = run.run("fuzz script.lua --runs 50 -j3")
    #expect(result.output.split(separator: "\n").count { $0.contains("still fails") } == 1)
    #expect(result.output.contains(", 1 found,"), "\(result.output)")
  }

  @Test func `workers say once what is wrong with the campaign`() {
    let run = FuzzRun("fuzz(\"block\", function(g) g:assume(false) end)")
    let result = run.run("fuzz script.lua --runs 3000 -j2")
    let told = result.output.split(separator: "\n").count { $0.contains("were rejected") }
    #expect(told == 1, "\(result.output)")
  }

  /// A line of the shell that waits until a campaign on the directory `out` has begun.
  private static let untilItRuns =
    "for _ in {1..600}; do [ -e out/block.state.json -o -e out/block.2.state.json ] && break; "
    + "sleep 0.1; done; "

  @Test func `two campaigns on one directory are refused`() {
    let run = FuzzRun("fuzz(\"block\", function() localsocket.sleep(1) end)")
    let command = "'\(FuzzRun.parley ?? "")' fuzz script.lua --output out --time"

    let result = run.shell(
      "\(command) 20s & pid=$!; \(Self.untilItRuns)"
        + "\(command) 1s; status=$?; kill $pid; wait $pid; exit $status"
    )

    #expect(result.status == 99)
    #expect(
      result.output.contains("another campaign uses the output directory"),
      "\(result.output)"
    )
  }

  @Test func `two campaigns on one directory are refused also with another number of workers`() {
    let run = FuzzRun("fuzz(\"block\", function() localsocket.sleep(1) end)")
    let command = "'\(FuzzRun.parley ?? "")' fuzz script.lua --output out --time"

    let result = run.shell(
      "\(command) 60s -j2 & pid=$!; \(Self.untilItRuns)"
        + "\(command) 1s; status=$?; kill $pid; wait $pid; exit $status"
    )

    #expect(result.status == 99)
    #expect(
      result.output.contains("another campaign uses the output directory"),
      "\(result.output)"
    )
  }

  @Test(arguments: ["-j1", "-j3"])
  func `a campaign is not resumed with another number of workers`(_ jobs: String) {
    let run = FuzzRun("fuzz(\"block\", function() end)")
    _ = run.run("fuzz script.lua --runs 10 --output out -j2")

    let result = run.run("fuzz script.lua --runs 20 --output out --resume \(jobs)")

    #expect(result.status == 99)
    #expect(result.output.contains("shares its cases among 2, not among"), "\(result.output)")
  }

  @Test func `arguments of the script stay those of the script`() {
    let run = FuzzRun(
      "assert(#arg == 2 and arg[2] == \"--x\") fuzz(\"block\", function() end)"
    )
    let result = run.run("fuzz script.lua --runs 5 -j2 -- foo --x")
    #expect(result.status == 0, "\(result.output)")
  }

  @Test func `the first finding of a worker ends the others`() {
    let run = FuzzRun(
      """
      fuzz("block", function(g, t)
        if io.open("first") then return localsocket.sleep(5) end
        os.execute("mkdir first 2>/dev/null")
        error("boom")
      end)
      """
    )
    let result = run.run("fuzz script.lua -j2 --until-failure")
    #expect(result.status == 1, "\(result.output)")
    #expect(!result.output.contains("interrupted"), "\(result.output)")
  }

  @Test func `a finding in a server of the script says that there is no scenario of it`() {
    let run = FuzzRun(Self.script)

    let result = run.run("fuzz script.lua --runs 500 --seed 1")

    let finding = run.findings().first ?? ""
    let repro = run.directory.text(of: "\(finding)/repro.lua")
    #expect(
      result.output.contains("parley fuzz script.lua --replay \(finding)"),
      "\(result.output)"
    )
    #expect(repro.contains("as its server is in the script"), "\(repro)")
    #expect(!repro.contains("\nscenario("), "\(repro)")
  }

  @Test func `what a script says cannot drive the terminal`() {
    let run = FuzzRun("fuzz(\"block\", function() error(\"\\27[2J\") end)")
    let result = run.run("fuzz script.lua --runs 5")
    #expect(result.status == 1)
    #expect(
      result.output.contains("\\x1B[2J") || result.output.contains("\\x1b[2J"),
      "\(result.output)"
    )
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test func `descriptors of a case are closed with it`() {
    let run = FuzzRun(
      """
      collectgarbage("stop")
      fuzz("block", function(g) g:descriptors { max = 60 } end)
      """
    )
    let result = run.shell(
      "ulimit -n 400; exec '\(FuzzRun.parley ?? "")' fuzz script.lua --runs 200"
    )
    #expect(result.status == 0, "\(result.output)")
  }

  @Test func `a lack of descriptors is no finding`() {
    let run = FuzzRun(
      """
      local kept = {}
      fuzz("block", function(g)
        while true do
          local file = io.open("/dev/null")
          if not file then break end
          kept[#kept + 1] = file
        end
        for _ = 1, 9 do g:descriptors { max = 60 } end
      end)
      """
    )
    let result = run.shell(
      "ulimit -n 200; exec '\(FuzzRun.parley ?? "")' fuzz script.lua --runs 20"
    )
    #expect(result.status == 99, "\(result.output)")
    #expect(result.output.contains("no descriptors left"), "\(result.output)")
  }
}

@Suite("Distributed campaigns", .enabled(if: FuzzRun.parley != nil, "PARLEY_BIN names no binary"))
struct DistributedCampaignTests {
  @Test func `the example for GNU parallel plays every case once`() {
    let script = """
      fuzz("block", function(g)
        local file <close> = io.open("drawn", "a")
        file:write(math.random(0), "\\n")  -- of the case's own seed
      end)
      """
    let run = FuzzRun(script)
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    _ = run.shell("mkdir bin; ln -s '\(FuzzRun.parley ?? "")' bin/parley")

    let result = run.shell(
      "export PATH=\"$PWD/bin:$PATH\" WORKERS=3; exec '\(root)/examples/distributed/parallel.sh' "
        + "script.lua out --runs 90 --seed 2 --blind"
    )

    #expect(result.status == 0, "\(result.output)")
    let drawn = run.directory.text(of: "drawn").split(separator: "\n")
    #expect(drawn.count == 90)
    #expect(Set(drawn).count == 90)
  }

  @Test func `a part is taken from the variables of Slurm and Kubernetes`() {
    let run = FuzzRun("fuzz(\"block\", function() end)")
    let fuzz = "'\(FuzzRun.parley ?? "")' fuzz script.lua --runs 10 --output out"
    let slurm = run.shell("SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=4 \(fuzz) --shard auto")
    let kubernetes = run.shell("JOB_COMPLETION_INDEX=3 \(fuzz) --shard auto/4")

    #expect(slurm.status == 0, "\(slurm.output)")
    #expect(kubernetes.status == 0, "\(kubernetes.output)")
    #expect(run.directory.text(of: "out/block.2.state.json").contains("\"shards\":4"))
    #expect(run.directory.text(of: "out/block.4.state.json").contains("\"shards\":4"))
  }
}
