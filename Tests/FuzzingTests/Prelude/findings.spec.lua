-- What the failures of a campaign come to.
local test, harness = ...
local same = harness.same

local VERDICT = { outcome = "failed", kind = "crash", signature = "boom", message = "it died" }

---A campaign whose failures are what they seem to be; `host.finds` and `host.told` is what it came to.
---@param body fun(world: World, host: FakeHost)
local function campaign(body)
  local host = harness.load()
  local directory = harness.directory(host)
  host.finds, host.told = 0, ""
  function host.setting(name) return name == "shard" and 0 or nil end
  function host.found() host.finds = host.finds + 1 end
  function host.say(text) host.told = host.told .. text end
  local prelude = host.prelude
  rawset(prelude, "reproducer", { script = function() return "" end, obstacle = function() end })
  rawset(prelude, "servers", {
    PATH_LENGTH = 60, current = function() return { history = { { 1 } } } end, fresh = function() end,
  })
  rawset(prelude, "verdicts", { spoils = function() return false end })
  rawset(prelude, "histories", { LIMIT = 8 })
  rawset(prelude, "investigation", { of = function(_, verdict)
    return { verdict = verdict, failures = 1, trials = 2, conversations = 1, values = { true, 1 } }
  end })
  body({
    definition = { name = "block" }, output = directory, known = {}, aliases = {}, stale = {}, foundCount = 0,
    looking = 0, unfinished = false, progress = { event = function() end },
  }, host)
  os.execute(("rm -rf '%s'"):format(directory))
end

---What an earlier campaign has left.
local function save(world, host, signature)
  return host.prelude.store.save(world.output, {
    verdict = { signature = signature, kind = "crash" }, tapes = { { 1 } }, isUnfinished = true,
  }, { name = "block" })
end

local function isUnfinished(host, directory)
  return host.prelude.store.finding(directory).about.isUnfinished
end

test("a finding is told of once", function()
  campaign(function(world, host)
    host.prelude.findings.take(world, VERDICT, 1)
    host.prelude.findings.take(world, VERDICT, 2)
    same({ world.foundCount, world.known.boom }, { 1, 2 })
    same(select(2, host.told:gsub("FOUND boom", "")), 1)
  end)
end)

test("a finding that comes back after its replay has passed is found, and takes the place of the old one", function()
  campaign(function(world, host)
    local directory = save(world, host, "boom")
    world.stale.boom = directory
    host.prelude.findings.take(world, VERDICT, 1)
    same({ world.foundCount, host.finds > 0, world.stale.boom }, { 1, true, nil })
    assert(host.told:find("FOUND boom", 1, true), host.told)
    same(isUnfinished(host, directory), nil)
    same(#host.prelude.store.saved(world.output, "block"), 1)
  end)
end)

test("a finding that was noticed as another one takes the place of both", function()
  campaign(function(world, host)
    world.stale["boom in f"] = save(world, host, "boom in f")
    host.prelude.investigation.of = function(_, verdict)
      return {
        verdict = verdict, signature = "boom in f", failures = 1, trials = 1, conversations = 1,
        values = { true, 1 },
      }
    end
    host.prelude.findings.take(world, VERDICT, 1)
    local list = host.prelude.store.saved(world.output, "block")
    same({ world.foundCount, #list, list[1].signature }, { 1, 1, "boom in f" })
  end)
end)

test("what only others have saved is found where a case meets it, and not told again", function()
  campaign(function(world, host)
    world.known.boom = 0
    host.prelude.findings.take(world, VERDICT, 1)
    same({ host.finds, host.told, world.known.boom }, { 1, "", 1 })
  end)
end)
