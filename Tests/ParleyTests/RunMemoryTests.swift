import Glibc
import TestSupport
import Testing

@Suite("Memory of a run")
struct RunMemoryTests {
  @Test(.enabled(if: CommandLineTests.parley != nil, CommandLineTests.skipReason))
  func `a run's processes grow by less than 2 KiB with each scenario`() throws {
    let directory = TemporaryDirectory()
    let script = directory.file("many.lua")
    TextFile.write(
      """
      for number = 1, arg[1] do
        scenario("number " .. number, function(t) t:equal(1, 1) end)
      end
      """,
      to: script
    )
    let parley = try #require(CommandLineTests.parley)

    let small = try Self.mostResidentKibibytes(of: [parley, "run", "-j1", script, "--", "100"])
    let large = try Self.mostResidentKibibytes(of: [parley, "run", "-j1", script, "--", "1100"])

    #expect(large < small + 2000)
  }

  @Test(.enabled(if: CommandLineTests.parley != nil, CommandLineTests.skipReason))
  func `a run that keeps a log holds no more texts of scripts the more there are`() throws {
    let directory = TemporaryDirectory()
    let text = String(repeating: "-- a comment\n", count: 8000) + "t:isTrue(true)\n"
    let scripts = (1...60).map { directory.file("script\($0).lua") }
    for script in scripts { TextFile.write(text, to: script) }
    let parley = try #require(CommandLineTests.parley)
    let command = [parley, "run", "-j1", "--log", directory.file("log")]

    let small = try Self.mostResidentKibibytes(of: command + scripts.prefix(10))
    let large = try Self.mostResidentKibibytes(of: command + scripts)

    #expect(large < small + 3000)
  }

  /// Runs a command that is to succeed.
  ///
  /// - Returns: What the largest of its processes, or of those that it has waited for, has held.
  private static func mostResidentKibibytes(of command: [String]) throws -> Int {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
    var pid = pid_t()
    let code = unsafe posix_spawn(&pid, command[0], &actions, nil, &arguments, environ)
    try #require(code == 0)
    var status: CInt = 0
    var usage = rusage()
    while unsafe wait4(pid, &status, 0, &usage) < 0 && errno == EINTR {}
    try #require(status == 0)
    return usage.ru_maxrss
  }
}
