import Testing

@Suite("The checkout's scripts")
struct ScriptsTests {
  /// Runs a shell script in a copy of the folder with the scripts.
  private static func run(_ script: String) -> CommandResult {
    let tests = ShellRun.cases.split(separator: "/").dropLast(2).joined(separator: "/")
    return ShellRun(script: script, folder: "/\(tests)/../scripts").result("/bin/false")
  }

  // MARK: scripts/parley

  /// Makes a checkout around the copy of `scripts/parley`, whose build takes what `product` holds.
  private static let checkout = """
    mkdir ../scripts ../Sources ../CLua ../docs ../product
    cp parley ../scripts
    touch ../Sources/one.swift ../docs/localsocket.lua ../Package.swift
    echo 'exit 0' >../scripts/setup
    echo 'echo a build >>../builds; cat ../product/refusal >&2 && exit 1; realpath ../product' \\
      >../scripts/build
    echo 'echo "runs $*"' >../product/parley
    sed -i '1i#!/bin/bash' ../scripts/setup ../scripts/build ../product/parley
    chmod +x ../scripts/* ../product/parley

    """

  @Test func `parley is built where a source is newer than the last build, and else only run`() {
    let result = Self.run(
      Self.checkout + """
        ../scripts/parley first time
        ../scripts/parley again
        wc -l <../builds
        touch -d tomorrow ../Sources/one.swift
        ../scripts/parley after an edit
        wc -l <../builds
        """
    )

    #expect(result.stdout == "runs first time\nruns again\n1\nruns after an edit\n2\n")
    #expect(result.status == 0)
  }

  @Test func `a build that fails is told of, and nothing is run`() {
    let result = Self.run(
      Self.checkout + """
        echo 'error: no such type' >../product/refusal
        ../scripts/parley run
        """
    )

    #expect(result.stdout.isEmpty)
    #expect(result.stderr.hasSuffix("error: no such type\n"))
    #expect(result.status == 99)
  }

  // MARK: scripts/setup

  @Test func `setup says where Swift is to be had`() {
    let result = Self.run("PATH=/nonexistent exec $BASH ./setup")

    #expect(
      result.stderr == """
        setup: parley needs Swift 6.3 or newer, and there is no 'swift' on the PATH.
        setup: Install it as https://www.swift.org/install/linux describes, then run this again.

        """
    )
    #expect(result.status == 1)
  }

  @Test func `setup names what is missing where it cannot install it`() {
    let result = Self.run(
      """
      mkdir ../programs
      ln -s /bin/true ../programs/swift
      PATH=../programs exec $BASH ./setup
      """
    )

    #expect(result.stderr.contains("there is no apt-get here: "))
    #expect(result.stderr.contains("pkg-config\n"))
    #expect(result.stderr.contains("with your system's package manager, then run this again.\n"))
    #expect(result.status == 1)
  }

  @Test func `setup refuses an option that it does not know`() {
    let result = Self.run("./setup --everything")

    #expect(result.stderr.hasPrefix("setup: unknown option '--everything'; usage: "))
    #expect(result.status == 1)
  }

  // MARK: scripts/check-imports

  @Test(arguments: [
    ("LocalSockets", "import LuaBridge", "LuaBridge: it stands on a higher layer"),
    ("LuaBridge", "package import LocalSockets", "LocalSockets: neither knows the other"),
    ("Scenario", "internal import CLua", "CLua: only CLuaShim LuaBridge LocalSocketModule speak"),
    ("parley", "import struct Foundation.Data", "Foundation: it brings Foundation"),
    ("LocalSockets", "import FoundationEssentials", "FoundationEssentials: it brings Foundation"),
    ("Repl", "@preconcurrency import Glibc", "Glibc: only the gates to the kernel"),
  ])
  func `a forbidden import is named with its file and the rule`(
    target: String,
    line: String,
    complaint: String
  ) {
    let result = Self.run(
      """
      mkdir -p ../Sources/\(target)
      printf '// A file.\\n%s\\n' '\(line)' >../Sources/\(target)/File.swift
      ./check-imports
      """
    )

    let place = "Sources/\(target)/File.swift:2: "
    #expect(result.stdout.hasPrefix("\(place)\(target) must not import \(complaint)"))
    #expect(result.status == 1)
  }

  @Test func `imports of lower layers are fine`() {
    let result = Self.run(
      """
      mkdir -p ../Sources/Scenario
      printf 'internal import LocalSockets\\nimport LuaBridge\\n' >../Sources/Scenario/File.swift
      ./check-imports
      """
    )

    #expect(result == CommandResult(stdout: "", stderr: "", status: 0))
  }

  @Test func `a target that has no layer is told of`() {
    let result = Self.run(
      """
      mkdir -p ../Sources/Nowhere
      echo 'import LocalSockets' >../Sources/Nowhere/File.swift
      ./check-imports
      """
    )

    #expect(result.stdout == "Sources/Nowhere/File.swift: the target Nowhere has no layer\n")
    #expect(result.status == 1)
  }
}
