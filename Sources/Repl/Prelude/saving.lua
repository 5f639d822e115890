-- `:save`: a session, or a part of it, goes to a file as a scenario.

local host = ...
local prelude = host.prelude
local manuscripts, quantities, steps = prelude.manuscripts, prelude.quantities, prelude.steps

local saving = {}

---The numbers of the first and the last event; nil for all.
local function range(from, to)
  if not from then return nil, nil end
  local first, last = math.tointeger(from), math.tointeger(to)
  if not first or not last or first > last then
    host.misuse((":save takes the first event and the last, as 2-5; %s-%s has none"):format(from, to))
  end
  return first, last
end

---The file, the range and whether to replay, of what follows `:save`.
local function parse(rest)
  local isTwice = false
  rest = rest:gsub("%-%-twice", function()
    isTwice = true
    return ""
  end)
  local from, to = rest:match("%f[%S](%d+)%-(%d+)%f[%s\0]")
  if from then rest = rest:gsub("%f[%S]%d+%-%d+%f[%s\0]", "", 1) end
  local path = rest:match("^%s*(.-)%s*$")
  if path == "" then host.misuse(":save FILE.lua [FROM-TO] [--twice]") end
  from, to = range(from, to)
  return path, from, to, isTwice
end

---What opens the conversations that a range of events begins in the middle of.
local function opening(from, events)
  if not from or from <= 1 then return {} end
  local isUsed, first = {}, {}
  for _, event in ipairs(events) do isUsed[event.lane] = true end
  for _, event in ipairs(host.events(1, from - 1)) do
    local lane = event.lane
    local isOwner = event.kind == "listening" or event.kind == "spawned"
    if isOwner and next(isUsed) ~= nil or isUsed[lane] and (event.kind == "connected" or event.kind == "accepted") then
      first[#first + 1] = event
    end
  end
  return first
end

---Keeps a file from being replaced that somebody else has written.
local function refuseForeign(path)
  local file <close> = io.open(path)
  local isForeign = file and file:read("l") ~= manuscripts.MARK or not file and host.isThere(path)
  if isForeign then host.misuse(path .. " is there already, and :save has not written it") end
end

---Puts a text into a file as a whole, or leaves what was there.
---@return boolean? isWritten
---@return string? problem
local function replace(path, text)
  local temporary = path .. ".saving"
  local file, problem = io.open(temporary, "w")
  if not file then return nil, problem end
  local isWritten, failure = file:write(text)
  local isClosed, closeFailure = file:close()
  if isWritten and isClosed then
    isWritten, failure = os.rename(temporary, path)
    if isWritten then return true end
  end
  os.remove(temporary)
  return nil, failure or closeFailure
end

---Writes a session, or a part of it, to a file.
---@param rest string  what was typed behind `:save`
function saving.save(rest)
  local path, from, to, isTwice = parse(rest)
  refuseForeign(path)
  local events = host.events(from, to)
  local first = opening(from, events)
  table.move(events, 1, #events, #first + 1, first)
  local all = steps.of(first)
  if #all == 0 then host.misuse("nothing was said that a scenario could say again") end
  if isTwice then prelude.replay.compare(all) end
  local text = manuscripts.text(all, path:match("([^/]*)%.lua$") or path)
  local isWritten, problem = replace(path, text)
  if not isWritten then host.misuse("cannot write the scenario: " .. problem) end
  host.show(("%s: %s; parley run %s"):format(path, quantities.count(#all, "step"), path))
end

return saving
