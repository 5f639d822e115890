import Testing

@testable import Scenario

@Suite("Secrets in the text of a script")
struct SecretLiteralsTests {
  private func shown(_ source: String, hiding values: String...) -> String {
    var secrets = Secrets()
    for value in values { secrets.insert(Array(value.utf8)) }
    return String(decoding: secrets.hidden(in: Array(source.utf8)), as: UTF8.self)
  }

  @Test(arguments: [
    (#"secret "hunter2" x = 1"#, #"secret "«secret»" x = 1"#),
    (#"x = secret( 'a\'b' )"#, #"x = secret( '«secret»' )"#),
    ("secret [==[a]]\nb]==] y = 1", "secret [==[«secret»\n]==] y = 1"),
    (#"secret("hun" .. "ter2")"#, #"secret("«secret»" .. "«secret»")"#),
    (
      #"local a = "hunter2" local b = a t:x(secret(b), "y")"#,
      #"local a = "«secret»" local b = a t:x(secret(b), "y")"#
    ),
    (
      #"local a = "hun" t:x("y") secret(a .. "ter2")"#,
      #"local a = "«secret»" t:x("y") secret(a .. "«secret»")"#
    ),
    (
      #"secret(os.getenv("A") or "default") x = "y""#,
      #"secret(os.getenv("A") or "«secret»") x = "y""#
    ),
    (
      #"_G.secret("a") _ENV.secret "b" x = "y""#,
      #"_G.secret("«secret»") _ENV.secret "«secret»" x = "y""#
    ),
    (#"_G["secret"]("a") _G.print("y")"#, #"_G["secret"]("«secret»") _G.print("y")"#),
    ("secret(tostring(4711)) x = 4", "secret(tostring(«secret»)) x = 4"),
    ("local n = 4711 secret('x' .. n)", "local n = «secret» secret('«secret»' .. n)"),
  ])
  func `what a script passes to secret is hidden, whether or not the call has run`(
    source: String,
    expected: String
  ) {
    #expect(shown(source) == expected)
  }

  @Test(arguments: [
    #"local f = secret f(x) y = "a""#, #"secret(config.password) y = "a""#,
    #"function f(x) secret(x) end f("a")"#, #"local a = "x" a = "y" secret(a)"#,
    #"local f = _G.secret f(x) y = "a""#, #"local g = _G g.secret("a")"#,
    #"_ENV[name]("a") local key = "secret""#, #"for _, x in ipairs(list) do secret(x) end y = "a""#,
    #"secret(("a"):rep(2))"#,
  ])
  func `where nobody knows what is passed no literal is shown`(source: String) {
    let text = shown(source)

    #expect(text.contains(#""…""#))
    #expect(!text.contains(#""a""#) && !text.contains(#""x""#) && !text.contains(#""y""#))
  }

  @Test func `where nobody knows what is passed numbers are shown that are short`() {
    #expect(shown("secret(config.pin) x = 4711 y = 42") == "secret(config.pin) x = … y = 42")
  }

  @Test(arguments: [
    #"c:expect { secret = "a" }"#, #"local x = y.secret .. "a""#, #"secrets "a""#,
    #"mysecret "a""#, #"-- a secret "a""#, "secret(arg[1]) x = 'a'", "secret(var.A) x = 'a'",
  ])
  func `other literals are shown`(source: String) {
    #expect(shown(source) == source)
  }

  @Test(arguments: [
    (#"x = "hunter2" -- hunter2"#, #"x = "«secret»" -- «secret»"#),
    (#"x = "\104unt\x65r\z  2""#, #"x = "«secret»""#),
    (#"x = "the hunter2 word""#, #"x = "«secret»""#),
    (#"x = "hun" .. "ter2" .. "y""#, #"x = "«secret»" .. "«secret»" .. "y""#),
  ])
  func `what is known to be secret is hidden however the script writes it`(
    source: String,
    expected: String
  ) {
    #expect(shown(source, hiding: "hunter2") == expected)
  }

  @Test func `behind what is no Lua a line is shown up to its first quote`() {
    #expect(shown("secret(x)\ny = \"a\nz = 'b'\nw = 1") == "secret(x)\ny = …\nz = …\nw = 1")
    #expect(shown("y = \"a\nz = 'b'") == "y = \"a\nz = 'b'")
  }
}
