import Testing

@testable import Scenario

@Suite("Secrets that a script gets of the command line")
struct PassedSecretsTests {
  private func shown(_ source: String?) -> [String] {
    let passed = PassedSecrets(source.map { Array($0.utf8) })
    return passed.shown(options: ["-D", "token=hunter2", "-D", "user=ann", "--scale", "2"])
      + passed.shown(arguments: ["x"])
  }

  private static let all = ["-D", "token=hunter2", "-D", "user=ann", "--scale", "2", "x"]
  private static let noToken = ["-D", "token=…", "-D", "user=ann", "--scale", "2", "x"]
  private static let noVariables = ["-D", "token=…", "-D", "user=…", "--scale", "2", "x"]
  private static let noArguments = ["-D", "token=hunter2", "-D", "user=ann", "--scale", "2", "…"]

  @Test(arguments: [
    ("t:isTrue(var.token)", all),
    (#"secret("x" .. os.getenv "TOKEN")"#, all),
    ("local config = require 'config' secret(config.token)", all),
    ("secret(var.token)", noToken),
    ("local token = var['token'] secret(assert(token))", noToken),
    ("secret(var[name])", noVariables),
    ("secret(read(var.token))", noVariables),
    ("secret(arg[1])", noArguments),
  ])
  func `values that it passes to secret are left out`(source: String, expected: [String]) {
    #expect(shown(source) == expected)
  }

  @Test func `of a script that cannot be read none is shown`() {
    #expect(shown(nil) == ["-D", "token=…", "-D", "user=…", "--scale", "2", "…"])
  }

  @Test func `what is hidden already stays as it is`() {
    let passed = PassedSecrets(nil)

    #expect(passed.shown(options: ["-D", "a=«secret»"]) == ["-D", "a=«secret»"])
  }
}
