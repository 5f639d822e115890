-- A finding as a scenario that needs nothing but parley and the target: no generator is in it.

local host = ...
local prelude = host.prelude
local describe, literals, quantities = prelude.describe, prelude.literals, prelude.quantities
local servers, steplines = prelude.servers, prelude.steplines

local reproducer = {}

local function add(lines, format, ...)
  lines[#lines + 1] = select("#", ...) == 0 and format or format:format(...)
end

---What the case fails at, where that is no death of the target; nil where only the script can tell.
local function expectation(verdict, case)
  local problem = verdict.failure
  local lane = problem and problem.lane
  if not lane or not case.lanes[lane] then return nil end
  local variable, conversation = steplines.variable(lane), nil
  for _, one in ipairs(case.opened) do if one.name == lane then conversation = one end end
  if problem.violating then
    return ("t:notEqual(%s:receive(), %s, %s)"):format(variable,
      literals.expression(problem.violating), literals.expression(verdict.message))
  end
  local wait = conversation and conversation.wait
  local pattern = wait and wait.pattern and literals.of(wait.pattern)
  if pattern then return ("%s:expect(%s)"):format(variable, pattern) end
  if verdict.kind == "unexpected end" then return variable .. ":receive()" end
  if problem.actual then
    return ("t:notEqual(%s:receive(), %s, %s)"):format(variable,
      literals.expression(tostring(problem.actual)), literals.expression(verdict.message))
  end
end

local stalls = { spin = true, deadlock = true, ["no answer"] = true, timeout = true }

---What comes behind the last message: false for nothing, nil where that cannot be said.
local function ending(verdict, case)
  if verdict.kind == "crash" or verdict.kind == "exit" then return false end
  if not stalls[verdict.kind] then return expectation(verdict, case) end
  local last = case.opened[#case.opened]
  if not last or not case.lanes[last.name] then return nil end
  return ("t:isTrue(pcall(%s.receive, %s, { timeout = \"5s\" }), %s)"):format(
    steplines.variable(last.name), steplines.variable(last.name), literals.expression(verdict.message))
end

---Why there can be no script that does without that of the campaign; nil where there is one.
---@param finding Finding
---@param about { server?: string }
---@return string?
function reproducer.obstacle(finding, about)
  if finding.isUnfinished then return "the campaign was stopped before it was looked into" end
  if not finding.playback then return "it has not failed again" end
  local list = finding.playback.cases
  for _, case in ipairs(list) do
    if not case.steps then return "it has not failed again while it was watched" end
    if case.listeners then return "its server is in the script" end
  end
  if not servers.options and not about.server then return "it has no target" end
  if not finding.leak and ending(finding.verdict, list[#list]) == nil then
    return "only the script can tell that it fails"
  end
end

local function finishing(lines, case)
  local closed = {}
  for _, step in ipairs(case.steps or {}) do
    if not step.isAfterBody and (step.kind == "closed" or step.kind == "aborted") then closed[step.lane] = true end
  end
  for _, conversation in ipairs(case.opened) do
    if case.lanes and case.lanes[conversation.name] and not closed[conversation.name] then
      add(lines, "finish(%s)", steplines.variable(conversation.name))
    end
  end
  for _, step in ipairs(case.steps or {}) do
    if step.kind == "flooded" then return add(lines, "leave()") end
  end
end

---What drops out of the trace: the closing by parley itself when the case is over.
local function stepsOf(case)
  local steps = {}
  for _, step in ipairs(case.steps or {}) do
    if not (step.kind == "closed" and step.isAfterBody) then steps[#steps + 1] = step end
  end
  return steps
end

---The answer that the script took and found wrong: the last line takes it in its place.
local function judgedStep(verdict, steps)
  local problem = verdict.failure
  if not problem or problem.kind ~= "mismatch" or problem.actual then return nil end
  for index = #steps, 1, -1 do
    local step = steps[index]
    if step.kind == "received" and step.lane == problem.lane and not step.isAfterBody then return step end
  end
end

local function conversationLines(finding, case, isLast)
  local lines, before, steps = {}, case.firstChoice - 1, stepsOf(case)
  local last = isLast and ending(finding.verdict, case)
  local judged = last and judgedStep(finding.verdict, steps)
  for _, step in ipairs(steps) do
    if step ~= judged then steplines.add(lines, step, finding, case, before) end
    before = step.choices
  end
  if last then add(lines, "%s", last) end
  finishing(lines, case)
  return lines
end

local function spawnLines(lines, isLeak)
  local given = servers.options
  local words = {}
  for index, word in ipairs(given.command) do
    local text = literals.expression(tostring(word))
    if word == "{socket}" then
      text = "path"
    elseif tostring(word):find("{socket}", 1, true) then
      text = text:gsub("{socket}", '" .. path .. "')
    end
    words[index] = text
  end
  add(lines, "  local path = %s", given.socket and literals.expression(given.socket)
    or ("t.directory .. \"/\" .. (\"s\"):rep(%d - #t.directory)"):format(servers.PATH_LENGTH - 1))
  add(lines, "  local target = t:spawn {")
  add(lines, "    %s,", table.concat(words, ", "))
  local env = {}
  for _, name in ipairs(describe.sortedKeys(given.env or {})) do
    local value = given.env[name]
    local text = literals.of(value) or "false"
    if type(value) == "string" then text = text:gsub("{socket}", '" .. path .. "') end
    env[#env + 1] = ("%s = %s"):format(steplines.isName(name) and name
      or "[" .. literals.string(name) .. "]", text)
  end
  if not (given.env and given.env.ASAN_OPTIONS) then
    env[#env + 1] = ('ASAN_OPTIONS = "abort_on_error=1:detect_leaks=0%s"'):format(
      isLeak and ":quarantine_size_mb=0" or "")
  end
  add(lines, "    name = \"target\", env = { %s },", table.concat(env, ", "))
  if given.directory then add(lines, "    directory = %s,", literals.expression(given.directory)) end
  for _, option in ipairs { "limits", "stop" } do
    local text = given[option] and literals.of(given[option])
    if text then add(lines, "    %s = %s,", option, text) end
  end
  add(lines, "    ready = ready.connectable(path),")
  add(lines, "  }")
end

local function oneLine(text) return (text:gsub("%c", " ")) end

local function heading(lines, finding, about, obstacle)
  local verdict = finding.verdict
  add(lines, "-- %s", oneLine(verdict.message))
  for _, note in ipairs(verdict.notes or {}) do add(lines, "--   %s", oneLine(tostring(note))) end
  add(lines, "--")
  if obstacle then
    add(lines, "-- There is no scenario that shows it alone, as %s. This plays it:", obstacle)
    add(lines, "-- parley fuzz %s --replay DIRECTORY, with the directory of this file.", oneLine(about.script))
  else
    add(lines, "-- parley run of this file fails as long as the target has the bug, and passes without it.")
  end
  local rate = finding.trials > 0
    and ("; it failed %d of %d times"):format(finding.failures, finding.trials) or ""
  add(lines, "-- Found by parley %s in case %d of \"%s\" with seed %d%s%s.",
    about.version, about.case, oneLine(about.name), about.seed, rate,
    finding.conversations > 1 and (" and takes %s"):format(
      quantities.count(finding.conversations, "conversation")) or "")
  add(lines, "")
end

local COUNTERS = {
  descriptor = { "target:openDescriptors()", "0.5" },
  memory = { 'tonumber(io.open(("/proc/%d/statm"):format(target.pid)):read("a"):match("%d+ (%d+)")) * 4096' },
}

---The conversation again and again, and what must not have grown by then.
local function addLeak(lines, finding)
  local counter = COUNTERS[finding.leak]
  add(lines, "  local function conversation()")
  for _, line in ipairs(conversationLines(finding, finding.playback.cases[1], false)) do
    add(lines, "%s", "    " .. line)
  end
  add(lines, "  end")
  add(lines, "  for _ = 1, 100 do conversation() end")
  lines[#lines + 1] = "  local before = " .. counter[1]
  add(lines, "  for _ = 1, 200 do conversation() end")
  lines[#lines + 1] = ("  t:isTrue(%s - before < 200 * %s, %s)"):format(
    counter[1], counter[2] or servers.options.memoryGrowth or 2048, literals.expression(finding.verdict.message))
  add(lines, "  target:stop()")
end

---The conversations, one after the other.
local function addConversations(lines, finding)
  local isAlone = finding.conversations == 1
  local indent = isAlone and "  " or "    "
  for index, case in ipairs(finding.playback.cases) do
    if not isAlone then add(lines, "  do  -- conversation %d", index) end
    local isLast = index == #finding.playback.cases
    for _, line in ipairs(conversationLines(finding, case, isLast)) do add(lines, "%s", indent .. line) end
    if not isAlone then add(lines, "  end") end
  end
  if servers.options then
    add(lines, "  -- It may take a moment to die.")
    add(lines, "  localsocket.sleep(\"200ms\")")
    add(lines, "  target:stop()")
  end
end

---The script; nothing but comments where there is an obstacle.
---@param finding Finding
---@param about { version: string, case: integer, name: string, seed: integer, script: string, server?: string }
---@return string
function reproducer.script(finding, about)
  local lines, obstacle = {}, reproducer.obstacle(finding, about)
  heading(lines, finding, about, obstacle)
  if obstacle then return table.concat(lines, "\n") end
  add(lines, "scenario(%s, { timeout = \"60s\", allow = { \"no-assertions\", \"unread\", \"unsent\", \"leaks\" } }, function(t)",
    literals.expression(finding.verdict.signature:gsub("[\x80-\xff]+", "_")))
  if servers.options then
    spawnLines(lines, finding.leak)
  else
    add(lines, "  local path = %s", literals.expression(about.server))
  end
  local body = {}
  local addBody = finding.leak and addLeak or addConversations
  addBody(body, finding)
  lines[#lines + 1] = steplines.helpers(body)
  table.move(body, 1, #body, #lines + 1, lines)
  add(lines, "end)")
  return table.concat(lines, "\n") .. "\n"
end

return reproducer
