-- What a case has shown: nothing, or a failure with a signature that is the same whenever the same
-- thing fails.

local host = ...
local prelude = host.prelude
local failure, generators, servers = prelude.failure, prelude.generator, prelude.servers
local quantities, tapes = prelude.quantities, prelude.tape

local verdicts = {}

---@class Verdict
---@field outcome "passed"|"rejected"|"waiting"|"failed"|"endless"
---@field kind? string  what failed: "crash", "exit", "spin", "deadlock", …
---@field signature? string
---@field message? string  a sentence for people
---@field notes? string[]
---@field line? integer  of the script

local PASSED = { outcome = "passed" }
local REJECTED = { outcome = "rejected" }
local WAITING = { outcome = "waiting" }

---Numbers, addresses and what was sent differ each time.
local function normalised(text)
  return (text:gsub("0x%x+", "0x…"):gsub('"[^"]*"', '"…"'):gsub("%d+", "N"))
end

---Functions in which nothing can be wrong: those of the C library and of the sanitizers.
local library = {
  "^__interceptor", "^__asan", "^__sanitizer", "^__ubsan", "^_?_?libc_", "^raise$", "^abort$",
  "^__assert", "^mem%a+$", "^str%a+$", "^free$", "^malloc$", "^realloc$", "^calloc$", "^printf",
  "^v?s?n?printf", "^gsignal$", "^start_thread$", "^_start$", "^operator ", "^pthread_kill",
}

local function isOfLibrary(name)
  for _, pattern in ipairs(library) do
    if name:find(pattern) then return true end
  end
  return false
end

---How many functions of a stack tell one failure from another, by their names or by their places.
local NAMES, PLACES = 3, 4

---The innermost functions of a report that are the target's.
local function framesIn(lines)
  local frames = {}
  for _, line in ipairs(lines) do
    local name = line:match(" in ([%w_:~<>]+)%s*$") or line:match(" in ([%w_:~]+)")
    if name and not isOfLibrary(name) and frames[#frames] ~= name then frames[#frames + 1] = name end
    if #frames == NAMES then break end
  end
  return frames
end

---The places in the target's files, of the first stack of a report without names.
local function placesIn(lines)
  local frames = {}
  for _, line in ipairs(lines) do
    local number, module, place = line:match("^%s*#(%d+) 0x%x+%s+%(.-([^/]+)%+(0x%x+)%)")
    if number == "0" and #frames > 0 or #frames == PLACES then break end
    if number and not module:find("^lib[%w_+-]+%.so") then frames[#frames + 1] = module .. "+" .. place end
  end
  return frames
end

---Behind what failure the first word of the last message stands, which tells those apart that say nothing
---else.
local function withRequest(text, case)
  local request = (case.lastSent:match("^%W*([%a_]+)") or ""):sub(1, 24)
  return request == "" and text or text .. " after " .. request
end

local function ofDeath(case, phrase)
  local native = case.server.process.native
  local complaint, lines, isCrash = native:complaint()
  lines = lines or {}
  local tool, kind = (complaint or ""):match("(%a+[Ss]anitizer): (.+)$")
  local report = native:lastLines(200)
  local frames = tool and framesIn(lines) or {}
  if tool and #frames == 0 then frames = placesIn(report) end
  local what = tool and tool .. " " .. normalised(kind) or phrase
  local signature
  if #frames > 0 then
    signature = what .. " in " .. table.concat(frames, " < ")
  else
    signature = withRequest(what, case)
  end
  return {
    outcome = "failed", kind = (isCrash or tool) and "crash" or "exit", signature = signature,
    message = "the target " .. (complaint or phrase), notes = lines, report = report,
  }
end

local sentences = {
  spin = "the target uses the processor and does not answer",
  deadlock = "the target sleeps and does not read what it was sent",
  silent = "the target does not answer",
  silence = "nobody answers",
}

local function ofStall(case, problem)
  local stalled = case.stalled
  if stalled == "waiting" then return WAITING end
  local kind = stalled == "silent" and "no answer" or stalled or "timeout"
  return {
    outcome = "failed", kind = kind, line = problem.line,
    message = sentences[stalled] and ("%s for %s"):format(
      sentences[stalled], quantities.duration(case.stalledAfter)) or problem.message,
    signature = withRequest(("%s at line %s"):format(kind, problem.line or "?"), case),
    notes = problem.subject and { "what was waited for: " .. problem.subject },
  }
end

local kinds = { closed = "unexpected end", mismatch = "mismatch", assertion = "assertion",
  check = "check", crash = "crash" }

---Whether the conversation that has ended was only asked for what comes.
local function onlyTakes(case, lane)
  for _, conversation in ipairs(case.opened) do
    if conversation.name == lane then
      return not prelude.patience.INSISTING[conversation.wait.kind]
    end
  end
  return false
end

local function ofFailure(case, problem)
  if problem.kind == "environment" then error(problem, 0) end
  if problem.kind == "timeout" then return ofStall(case, problem) end
  if problem.kind == "closed" then
    if problem.isSending or onlyTakes(case, problem.lane) then return PASSED end
    if problem.isUnreachable and not (case.server and case.server.pid) then
      failure.raise { kind = "environment", message = problem.message }
    end
  end
  local kind = problem.oracle or kinds[problem.kind] or problem.kind
  return {
    outcome = "failed", kind = kind, message = problem.message, notes = problem.notes,
    signature = ("%s at line %s"):format(kind, problem.line or "?"), line = problem.line,
    failure = problem,
  }
end

local function ofError(problem)
  local text = tostring(problem)
  if text:find("the case took longer than its time", 1, true) then
    return { outcome = "endless", kind = "endless", signature = "endless", message = text }
  end
  return {
    outcome = "failed", kind = "error", signature = "error " .. normalised(text),
    message = "the script raised an error: " .. text,
  }
end

---Whether something makes one think that the server has died.
local function isSuspicious(problem)
  return failure.is(problem) and (problem.kind == "closed" or problem.kind == "timeout")
end

---@param case Case  that was played
---@param fine boolean
---@param problem any
---@return Verdict
function verdicts.of(case, fine, problem)
  if not fine and host.isInterrupted() then error("cancelled", 0) end
  local phrase = servers.ending(case.server)
  -- What was seen to hang lives.
  local isSuspect = not fine and isSuspicious(problem) and not case.stalled
  -- That it is gone may be known before how.
  local isGone = case.settles and not case.isSettled and case.server and case.server.pid
    and host.activity(case.server.pid) == "gone"
  if not phrase and (isSuspect or isGone or servers.isNaming) then
    phrase = servers.awaitEnding(case.server)
  end
  if phrase then return ofDeath(case, phrase) end
  if fine then return PASSED end
  if problem == generators.REJECTED then return REJECTED end
  if problem == tapes.ENDLESS then
    return { outcome = "endless", kind = "endless", signature = "endless", message = tostring(problem) }
  end
  if failure.isSkip(problem) then return REJECTED end
  if failure.is(problem) then return ofFailure(case, problem) end
  return ofError(problem)
end

---Whether a server is of no use after a case of this verdict.
---@param verdict Verdict
---@return boolean
function verdicts.spoils(verdict)
  local kind = verdict.kind
  return verdict.outcome == "failed" and (kind == "crash" or kind == "exit" or kind == "spin"
    or kind == "deadlock" or kind == "no answer" or kind == "timeout")
end

return verdicts
