-- What a traced case did as lines of a scenario, and the functions that such lines call.

local host = ...
local prelude = host.prelude
local describe, hostile, literals = prelude.describe, prelude.hostile, prelude.literals

local steplines = {}

local function add(lines, format, ...)
  lines[#lines + 1] = select("#", ...) == 0 and format or format:format(...)
end

---The values of a step's message that may be anything, as its comment.
local function freeValues(finding, case, before, upTo)
  local tape, list = finding.playback.tape, {}
  for index = math.max(before + 1, case.firstChoice), math.min(upTo, case.lastChoice) do
    local value = tape.values[index]
    if finding.free[index] and value ~= "" then
      list[#list + 1] = describe.bytes(tostring(value), 40)
    end
  end
  return #list > 0 and "-- any value would do: " .. table.concat(list, ", ") or nil
end

local function withComment(line, comment)
  return comment and ("%-48s%s"):format(line .. "  ", comment) or line
end

---Whether a text can stand as a name in Lua.
---@param text string
---@return boolean
function steplines.isName(text)
  return text:find("^[%a_][%w_]*$") ~= nil and load("local " .. text) ~= nil
end

---What the lines call themselves, and so cannot be the name of a conversation there.
local TAKEN = {}
for name in ([[t path target send answer finish filled flood leave crowd lonely conversation before pcall
  ipairs io tonumber pattern localsocket scenario ready array null math]]):gmatch("%w+") do
  TAKEN[name] = true
end

---The name of a conversation's variable.
---@param lane string
---@return string
function steplines.variable(lane)
  return steplines.isName(lane) and not TAKEN[lane] and lane or "c_" .. lane:gsub("[^%w_]", "_")
end

local variable = steplines.variable

local writers = {}

function writers.connect(lines, step, _, case)
  -- The path, by which it would be called else, says nothing.
  local given = { name = step.lane }
  for option, value in pairs(case.opensWith[step.lane] or {}) do given[option] = value end
  add(lines, "local %s = t:connect(path, %s)", variable(step.lane), literals.of(given))
end

---The most descriptors of which each is written.
local SINGLE = 8

---What makes a message's descriptors again.
local function descriptorsOf(step)
  local list = {}
  for index = 1, math.min(#step.descriptors, SINGLE) do
    list[index] = hostile.origin(step.descriptors[index])
  end
  local text = "{ " .. table.concat(list, ", ") .. " }"
  return #step.descriptors > SINGLE and ("filled(%s, %d)"):format(text, #step.descriptors) or text
end

function writers.sent(lines, step, finding, case, before)
  local line = ("send(%s, %s%s)"):format(variable(step.lane), literals.expression(step.bytes),
    step.descriptors and ", " .. descriptorsOf(step) or "")
  add(lines, "%s", withComment(line, freeValues(finding, case, before, step.choices)))
  if step.isPart then add(lines, "localsocket.sleep(\"10ms\")  -- the rest comes in another write") end
end

function writers.repeated(lines, step)
  add(lines, "for _ = 1, %d do send(%s, %s) end  -- and nothing is read", step.count,
    variable(step.lane), literals.expression(step.bytes))
end

function writers.flooded(lines, step)
  add(lines, "flood(%d%s)", step.count, step.socketKind and (", %q"):format(step.socketKind) or "")
end

function writers.received(lines, step)
  add(lines, "%s", withComment(("answer(%s)"):format(variable(step.lane)),
    "-- " .. describe.bytes(step.bytes, 60)))
end

function writers.shutdown(lines, step)
  add(lines, "pcall(%s.shutdown, %s)", variable(step.lane), variable(step.lane))
end

function writers.closed(lines, step) add(lines, "%s:close()", variable(step.lane)) end
function writers.aborted(lines, step) add(lines, "%s:abort()", variable(step.lane)) end

local function nothing() end
writers.ended, writers.reset = nothing, nothing

---Adds what a step did, as it is done again.
---@param lines string[]
---@param step Step
---@param finding Finding
---@param case Case
---@param before integer  how many choices had been made before it
function steplines.add(lines, step, finding, case, before)
  writers[step.kind](lines, step, finding, case, before)
end

local HELPERS = [[
  -- What is answered is not what this is about, and neither is a peer that has closed by now.
  local function send(c, bytes, descriptors) pcall(c.raw, c, bytes, { descriptors = descriptors }) end
  local function answer(c) pcall(c.receive, c, { timeout = "1s" }) end
  local function finish(c)
    if pcall(c.shutdown, c) then pcall(c.expectEnd, c, { timeout = "2s" }) end
    c:close()
  end
]]

---Functions that few scripts need, by the names by which lines call them.
local RARE = {
  { "filled", [[
  local function filled(list, count)
    for index = #list + 1, count do list[index] = io.open("/dev/null") end
    return list
  end
]] },
  { "flood", [[
  -- Connections that say nothing.
  local crowd = {}
  local function flood(count, kind)
    local options = { kind = kind, timeout = 10 }
    for _ = 1, count do crowd[#crowd + 1] = localsocket.connect(path, options) end
  end
  local function leave()
    for _, one in ipairs(crowd) do one:abort() end
    crowd = {}
  end
]] },
  { "lonely", [[
  -- A socket whose peer is gone.
  local function lonely()
    local socket, peer = localsocket.pair("stream")
    peer:abort()
    return socket
  end
]] },
}

---The functions that lines call.
---@param lines string[]
---@return string
function steplines.helpers(lines)
  local text, parts = table.concat(lines, "\n"), { HELPERS }
  for _, helper in ipairs(RARE) do
    if text:find(helper[1] .. "(", 1, true) then parts[#parts + 1] = helper[2] end
  end
  return table.concat(parts)
end

return steplines
