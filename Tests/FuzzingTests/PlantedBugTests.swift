import Glibc
import TestSupport
import Testing

/// A bug of `Planted/daemon.c`, and what is known of its finding.
struct PlantedBug: CustomTestStringConvertible {
  let number: Int
  let name: String
  /// The block of `Planted/planted.lua` that meets it.
  var block = "commands"
  let kind: String
  /// How many messages its smallest case has.
  let messages: ClosedRange<Int>
  /// How many conversations it takes at most.
  var conversations = 1
  /// Whether the daemon is built with the address sanitizer.
  var isSanitized = true
  /// Cases within which it is found.
  var budget = 20000

  var testDescription: String { name }

  static let all = [
    PlantedBug(number: 1, name: "stack overflow behind a login", kind: "crash", messages: 2...2),
    PlantedBug(number: 2, name: "use after free", kind: "crash", messages: 3...3),
    PlantedBug(number: 3, name: "double free", kind: "crash", messages: 3...3),
    PlantedBug(number: 4, name: "integer overflow", kind: "crash", messages: 1...1),
    PlantedBug(number: 6, name: "word of a dictionary", kind: "crash", messages: 1...1),
    PlantedBug(number: 7, name: "body behind a checksum", kind: "crash", messages: 1...1),
    PlantedBug(number: 8, name: "busy loop", kind: "spin", messages: 1...1),
    PlantedBug(
      number: 9,
      name: "deadlock of clients",
      block: "locks",
      kind: "deadlock",
      messages: 3...4,
      conversations: 2
    ),
    PlantedBug(
      number: 10,
      name: "memory leak",
      kind: "memory leak",
      messages: 1...1,
      isSanitized: false
    ),
    PlantedBug(
      number: 11,
      name: "descriptor leak",
      kind: "descriptor leak",
      messages: 1...1,
      isSanitized: false
    ),
    PlantedBug(
      number: 12,
      name: "message in two writes",
      block: "unfinished",
      kind: "crash",
      messages: 1...6  // the kernel may join some of them
    ),
    PlantedBug(
      number: 13,
      name: "state of the server",
      kind: "crash",
      messages: 2...2,
      conversations: 2
    ),
    PlantedBug(number: 14, name: "crash after the end", kind: "crash", messages: 3...3),
    PlantedBug(number: 15, name: "wrong counter", kind: "invariant 1", messages: 4...4),
    PlantedBug(
      number: 16,
      name: "abort at an empty word",
      kind: "crash",
      messages: 2...2,
      isSanitized: false
    ),
    PlantedBug(number: 17, name: "exit", kind: "exit", messages: 1...1),
    PlantedBug(number: 18, name: "length of the path", kind: "crash", messages: 1...1),
    PlantedBug(
      number: 19,
      name: "no answer",
      block: "answered",
      kind: "no answer",
      messages: 1...1
    ),
    PlantedBug(
      number: 20,
      name: "end in a message",
      block: "unfinished",
      kind: "crash",
      messages: 2...2
    ),
  ]
}

@Suite(
  "Planted bugs",
  .serialized,  // what spins must have a processor to spin on
  .enabled(if: FuzzRun.parley != nil, "PARLEY_BIN names no binary")
)
struct PlantedBugTests {
  private static let folder =
    "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Planted"

  private func build(_ number: Int, isSanitized: Bool, in run: FuzzRun) -> FuzzRun.Result {
    let sanitizer = isSanitized ? "-fsanitize=address" : ""
    return run.shell(
      "clang -O1 -g \(sanitizer) -DBUG=\(number) '\(Self.folder)/daemon.c' -o daemon 2>log || cat log"
    )
  }

  /// The seeds of the campaigns: the first, or as many as `PLANTED_SEEDS` says.
  private static let seeds =
    1...(unsafe getenv("PLANTED_SEEDS").flatMap { unsafe Int(String(cString: $0)) } ?? 1)

  @Test(arguments: PlantedBug.all, seeds)
  func `a planted bug is found, made small, and shown by its script until it is fixed`(
    _ bug: PlantedBug,
    _ seed: Int
  ) throws {
    let run = FuzzRun()
    var figures = PlantedFigures(bug: bug.name, seed: seed)
    defer { figures.write() }
    _ = run.shell("cp '\(Self.folder)/planted.lua' script.lua")
    #expect(build(bug.number, isSanitized: bug.isSanitized, in: run).output == "")
    let line = try #require(
      run.directory.text(of: "script.lua").split(separator: "\n", omittingEmptySubsequences: false)
        .firstIndex { $0.hasPrefix("fuzz(\"\(bug.block)\"") }
    )

    let result = run.run(
      "fuzz script.lua:\(line + 1) -D bin='\(run.directory.path)/daemon' --seed \(seed) "
        + "--runs \(bug.budget) --until-failure"
    )

    #expect(result.status == 1, "\(result.output)")
    let finding = try #require(run.findings(block: bug.block).first, "\(result.output)")
    let about = run.directory.text(of: "\(finding)/finding.json")
    figures.take(about)
    let isEnough = (1...bug.conversations).contains { about.contains("\"conversations\":\($0),") }
    figures.isAttributed = about.contains("\"kind\":\"\(bug.kind)\"") && isEnough
    #expect(figures.isAttributed, "\(about)")
    let messages = run.directory.text(of: "\(finding)/messages.jsonl").split(separator: "\n")
    let sent = messages.count { $0.contains("\"event\":\"sent\"") }
    figures.isMinimal = bug.messages.contains(sent)
    #expect(figures.isMinimal, "\(run.directory.text(of: "\(finding)/repro.lua"))")

    #expect(run.run("run -j1 '\(finding)/repro.lua'").status == 1)
    _ = build(0, isSanitized: bug.isSanitized, in: run)
    let fixed = run.run("run -j1 '\(finding)/repro.lua'")
    #expect(fixed.status == 0, "\(fixed.output)")
    figures.isShown = fixed.status == 0
  }

  @Test func `nothing is found in a daemon without bugs`() {
    let run = FuzzRun()
    _ = run.shell("cp '\(Self.folder)/planted.lua' script.lua")
    _ = build(0, isSanitized: true, in: run)

    let result = run.run(
      "fuzz script.lua:47 -D bin='\(run.directory.path)/daemon' --seed 1 --runs 2000"
    )

    #expect(result.status == 0, "\(result.output)")
  }

  /// Builds the daemon that compares a key byte by byte, with coverage; what is said of that is an error.
  private func buildInstrumented(in run: FuzzRun) -> FuzzRun.Result {
    run.shell(
      "cp '\(Self.folder)/planted.lua' script.lua && '\(FuzzRun.parley ?? "")' fuzz --coverage-shim "
        + ">coverage.c && clang -O1 -c coverage.c && clang -O1 -g -fsanitize-coverage=trace-pc-guard "
        + "-DBUG=5 '\(Self.folder)/daemon.c' coverage.o -o daemon"
    )
  }

  @Test func `a target that is built with the shim is led by its coverage`() {
    let run = FuzzRun()
    #expect(buildInstrumented(in: run).output == "")

    let result = run.run(
      "fuzz script.lua:47 -D bin='\(run.directory.path)/daemon' --seed 1 --runs 1000 --output out"
    )

    #expect(result.status == 0, "\(result.output)")
    let edges = result.output.firstMatch(of: /([0-9]+) edges/).flatMap { Int($0.output.1) } ?? 0
    #expect(edges > 60, "\(result.output)")
    #expect(result.output.contains("stability"))
    #expect(TemporaryDirectory.names(in: run.directory.file("out/commands.corpus")).count > 10)
  }

  @Test func `coverage leads to a key behind a login byte by byte`() {
    let run = FuzzRun()
    #expect(buildInstrumented(in: run).output == "")

    let result = run.run(
      "fuzz script.lua:47 -D bin='\(run.directory.path)/daemon' --seed 10 --runs 30000 --until-failure"
    )

    #expect(result.status == 1, "\(result.output)")
    let finding = run.findings(block: "commands").first ?? ""
    #expect(run.directory.text(of: "\(finding)/repro.lua").contains("KEY q7Zk"))
  }
}
