-- Which of the last cases leaks.
local test, harness = ...
local same = harness.same

---A campaign whose target keeps a descriptor of each conversation with 1 on its tape.
---@param body fun(leaks: table, world: World, host: FakeHost)
local function leaking(body)
  local host = harness.load()
  local prelude, open = host.prelude, 0
  local server = { process = { native = { descriptors = function() return open end } } }
  local function play(tape)
    if tape.values[1] == 1 or tape.given and tape.given[1] == 1 then open = open + 1 end
    return true
  end
  function host.residentBytes() return 0 end
  rawset(prelude, "servers", { options = {}, current = function() return server end })
  rawset(prelude, "patience", { settle = function() end })
  rawset(prelude, "verdicts", { of = function() return { outcome = "passed" } end })
  rawset(prelude, "cases", {
    new = function(_, tape) return { tape = tape } end,
    play = function(_, case) return play(case.tape) end,
  })
  rawset(prelude, "histories", {
    join = function(list) return list[1] end,
    split = function(playback) return { playback.tape.values } end,
    play = function(_, values)
      return {
        verdict = { outcome = "passed" }, tape = { values = values }, cases = { { lastSent = "OPEN x" } },
      }
    end,
  })
  local world = {
    definition = {}, begin = function() end, isLate = function() return false end, shrinkTime = 1000,
  }
  body(prelude.leaks, world, host)
end

test("a case that leaks is kept before it is made smaller, which may be interrupted", function()
  leaking(function(leaks, world, host)
    local kept = {}
    host.prelude.shrinking.shrink = function() error "interrupted" end
    local fine = pcall(leaks.find, world, { { 0 }, { 1 }, { 0 } }, function(verdict, tapes)
      kept[#kept + 1] = { verdict.signature, tapes }
    end)
    same(fine, false)
    same(kept, { { "descriptor leak after OPEN", { { 1 } } } })
  end)
end)

test("cases that leak nothing are not kept", function()
  leaking(function(leaks, world)
    local function keep(verdict) error("kept " .. verdict.signature) end
    same(leaks.find(world, { { 0 }, { 2 } }, keep), nil)
  end)
end)
