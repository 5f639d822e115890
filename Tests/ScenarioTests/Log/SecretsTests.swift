import Testing

@testable import Scenario

@Suite("Secrets")
struct SecretsTests {
  private func redacted(_ text: String, _ values: String...) -> String {
    var secrets = Secrets()
    for value in values { secrets.insert(Array(value.utf8)) }
    return secrets.redacted(text)
  }

  @Test func `every place of a value is replaced`() {
    #expect(redacted("keykey a key.", "key") == "«secret»«secret» a «secret».")
    #expect(redacted("ke", "key") == "ke")
    #expect(redacted("", "key") == "")
    #expect(redacted("nothing", "x") == "nothing")
  }

  @Test func `of a value in a value nothing stays`() {
    #expect(redacted("monkey house", "key", "monkey house", "mon") == "«secret»")
  }

  @Test func `a value that begins again inside itself is found`() {
    #expect(redacted("aaab", "aab") == "a«secret»")
  }

  @Test func `what stands for a value stays, also where it holds one`() {
    #expect(redacted("«secret», secret", "secret") == "«secret», «secret»")
  }

  @Test func `bytes that are no text are replaced too`() {
    var secrets = Secrets()
    secrets.insert([0xFF, 0])

    #expect(secrets.redacted([1, 0xFF, 0, 2]) == [1] + Array("«secret»".utf8) + [2])
  }

  @Test func `an empty value is none`() {
    var secrets = Secrets()
    secrets.insert([])

    #expect(secrets.isEmpty)
    #expect(secrets.redacted([1, 2]) == [1, 2])
  }

  @Test func `events never show it`() throws {
    let log = EventLog(to: try LogStorage()) { .zero }
    log.hide(Array("hunter2".utf8))

    for kind in [Event.Kind.sent, Event.Kind.received, Event.Kind.unread] {
      log.append(kind, Array("AUTH hunter2".utf8), actor: "main", lane: "c", at: nil)
    }
    for kind in [
      Event.Kind.note("hunter2"), .waiting("hunter2"), .connected(name: "hunter2"),
      .listening(path: "hunter2"), .waited(for: "hunter2", .zero),
    ] {
      log.append(kind, actor: "main")
    }

    let shown = Payload(Array("AUTH «secret»".utf8))
    #expect(
      log.events.map(\.kind) == [
        .sent(shown), .received(shown), .unread(shown), .note("«secret»"), .waiting("«secret»"),
        .connected(name: "«secret»"), .listening(path: "«secret»"),
        .waited(for: "«secret»", .zero),
      ]
    )
  }

  @Test func `names of conversations and actors never show it`() throws {
    let log = EventLog(to: try LogStorage()) { .zero }
    log.hide(Array("hunter2".utf8))

    log.append(.closed, actor: "task hunter2", lane: "hunter2.1")

    #expect(log.events.map(\.actor) == ["task «secret»"])
    #expect(log.events.map(\.lane) == ["«secret».1"])
  }

  @Test func `a secret name of a listener reaches neither log nor report`() {
    let script = ScriptRun(
      """
      local name = secret(("hunter"):rep(2))
      local listener = t:listen(name)
      local client = t:connect(name, { name = name .. "-client" })
      t:task(name, function() listener:accept():expect("x", { timeout = "1ms" }) end)
      localsocket.sleep "1h"
      """
    )
    let events = Events()

    let results = script.run(observing: events).1

    #expect(results.first?.failure?.kind == .timeout)
    var writer = JSONWriter()
    for event in events.all { writer.line(event) }
    #expect(!String(decoding: writer.bytes, as: UTF8.self).contains("hunterhunter"))
    #expect(script.output.contains("«secret»-c"))
    #expect(!script.output.contains("hunterhunter"))
  }

  @Test func `no part of a failure shows it`() {
    var failure = Failure(.mismatch, "got hunter2")
    failure.expected = Array("hunter2".utf8)
    failure.actual = Array("hunter2".utf8)
    failure.difference = [".a: hunter2"]
    failure.notes = ["hunter2"]
    failure.traceback = ["hunter2"]
    failure.waiters = [Failure.Waiter(actor: "main", location: nil, what: "hunter2")]
    var secrets = Secrets()
    secrets.insert(Array("hunter2".utf8))

    #expect(!"\(failure.redacted(by: secrets))".contains("hunter2"))
    #expect(failure.redacted(by: secrets).expected == Array("«secret»".utf8))
  }

  @Test func `that two secrets differ is said where they read the same`() {
    var failure = Failure(.mismatch, "got another")
    failure.expected = Array("key=one".utf8)
    failure.actual = Array("key=three".utf8)
    var secrets = Secrets()
    for secret in ["one", "two"] { secrets.insert(Array(secret.utf8)) }

    #expect(failure.recorded(hiding: secrets).message == "got another")
    secrets.insert(Array("three".utf8))
    #expect(failure.recorded(hiding: secrets).message == "got another; the secrets differ")
  }

  @Test func `a script's secret reaches no report`() {
    let script = ScriptRun(
      """
      local password = secret(arg[1])
      local client, server = t:pair { codec = "jsonl" }
      t:note("the password is " .. password)
      client:send { login = password, tail = ("x"):rep(190) .. password }
      server:expect { login = "other" }
      """
    )
    script.configuration.common.arguments = ["pa\"ss/w\u{F6}rd"]

    let failure = script.run().1.first?.failure

    #expect(failure?.kind == .mismatch)
    #expect(script.output.contains("«secret»"))
    #expect(!script.output.contains("w\u{F6}rd"))
  }
}
