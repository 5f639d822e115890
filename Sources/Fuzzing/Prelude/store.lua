-- Findings and the state of campaigns, in files.

local host = ...
local prelude = host.prelude
local describe, failure = prelude.describe, prelude.failure
local reading, writing = prelude.jsonreading, prelude.jsonwriting
local tapes = prelude.tape

local store = {}

---A name for a file, of any text.
---@param text string
---@return string
function store.slug(text)
  local slug = text:gsub("[^%w]+", "-"):gsub("^%-+", ""):gsub("%-+$", ""):lower():sub(1, 60)
  return slug == "" and "x" or slug
end

---Where the findings of the script lie if nobody says where.
---@return string
function store.besideScript()
  return arg[0] .. ".findings"
end

---@param path string
---@return string?  nil for what cannot be read
function store.read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

local function cannotWrite(path, problem)
  failure.raise {
    kind = "environment", message = ("cannot write %s: %s"):format(describe.bytes(path), problem),
  }
end

---A name that no other worker uses meanwhile. Those of one directory may be in several containers,
---where the numbers of processes are the same.
local function temporaryFor(path)
  local shard = host.setting and host.setting("shard") or 0
  return ("%s.%d-%d.new"):format(path, shard, host.ownNumber())
end

---Writes a file as a whole or not at all.
---@param path string
---@param text string
function store.write(path, text)
  local temporary = temporaryFor(path)
  local file, problem = io.open(temporary, "wb")
  if not file then cannotWrite(path, problem) end
  local written, reason = file:write(text)
  local closed, trouble = file:close()
  if not written or not closed then cannotWrite(path, reason or trouble) end
  local renamed, why = os.rename(temporary, path)
  if not renamed then
    os.remove(temporary)
    cannotWrite(path, why)
  end
end

---@param path string
---@param value table
function store.writeJSON(path, value)
  store.write(path, writing.text(value) .. "\n")
end

---@param path string
---@return table?
function store.readJSON(path)
  local text = store.read(path)
  local value = text and reading.value(text)
  return type(value) == "table" and value or nil
end

---@class SavedFinding
---@field directory string
---@field signature string
---@field tapes any[][]

---The tapes of a history, which are written one after the other with their lengths.
---@param list any[][]
---@return string
function store.encodeHistory(list)
  local pieces = {}
  for index, values in ipairs(list) do pieces[index] = string.pack("<s4", tapes.encode(values)) end
  return table.concat(pieces)
end

---@param bytes string
---@return any[][]?
function store.decodeHistory(bytes)
  local list, position = {}, 1
  while position <= #bytes do
    local fine, text, following = pcall(string.unpack, "<s4", bytes, position)
    local values = fine and tapes.decode(text)
    if not values then return nil end
    list[#list + 1], position = values, following
  end
  return #list > 0 and list or nil
end

---A finding in its directory; nil and why for what is none.
---@param directory string
---@return SavedFinding?
---@return string? problem
function store.finding(directory)
  local about = store.readJSON(directory .. "/finding.json")
  if not about then return nil, "it has no finding.json that can be read" end
  local bytes = store.read(directory .. "/tape")
  local list = bytes and store.decodeHistory(bytes)
  if not list then return nil, "its tape cannot be read" end
  return { directory = directory, signature = about.signature or "", tapes = list, about = about }
end

---The findings of a block that are in a directory.
---@param output string
---@param name string  of the block
---@return SavedFinding[]
function store.saved(output, name)
  local list, directory = {}, output .. "/" .. store.slug(name)
  for _, entry in ipairs(host.fileNames(directory) or {}) do
    local finding = store.finding(directory .. "/" .. entry)
    if finding then list[#list + 1] = finding end
  end
  return list
end

local function messagesOf(finding)
  local lines = {}
  for index, case in ipairs(finding.playback.cases) do
    for _, step in ipairs(case.steps or {}) do
      local line = {
        conversation = index, lane = step.lane, event = step.kind, count = step.count,
        descriptors = step.descriptors and #step.descriptors,
      }
      if step.bytes then
        if utf8.len(step.bytes) then
          line.text = step.bytes
        else
          line.hex = step.bytes:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)
        end
      end
      lines[#lines + 1] = writing.text(line)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

---Removes a directory of files.
---@param directory string
function store.remove(directory)
  for _, name in ipairs(host.fileNames(directory) or {}) do os.remove(directory .. "/" .. name) end
  os.remove(directory)
end

local function writeFinding(directory, finding, about)
  local verdict = finding.verdict
  store.write(directory .. "/tape", store.encodeHistory(finding.tapes))
  if finding.playback then store.write(directory .. "/messages.jsonl", messagesOf(finding)) end
  store.write(directory .. "/repro.lua", prelude.reproducer.script(finding, about))
  if verdict.report and #verdict.report > 0 then
    store.write(directory .. "/report.txt", table.concat(verdict.report, "\n") .. "\n")
  end
  store.writeJSON(directory .. "/finding.json", {
    signature = finding.signature or verdict.signature, key = finding.key, kind = verdict.kind,
    message = verdict.message, failures = finding.failures, trials = finding.trials,
    conversations = finding.conversations, shrinkRuns = finding.runs,
    shrinkSeconds = finding.duration and finding.duration / 1000, case = about.case,
    seed = about.seed, version = about.version, block = about.name,
    pathLength = prelude.servers.PATH_LENGTH, isUnfinished = finding.isUnfinished,
  })
end

---Gives a finding that is complete its name; false where another worker has found the same.
local function claim(temporary, base, signature)
  local directory, number = base, 1
  -- A directory does not take the place of one in which something is.
  while not os.rename(temporary, directory) do
    local other = store.readJSON(directory .. "/finding.json")
    if other and other.signature == signature then return directory, false end
    if not host.fileNames(directory) then cannotWrite(directory, "it cannot be made") end
    number = number + 1
    directory = base .. "-" .. number
  end
  return directory, true
end

---Makes room for what replaces a finding, which is still there for who reads what is saved: this process
---may be killed before the other has its name.
local function setAside(directory)
  local aside = directory .. ".old"
  -- What was left there by a process that was killed is the same finding.
  store.remove(aside)
  os.rename(directory, aside)
  return aside
end

---Saves a finding.
---@param output string
---@param finding Finding
---@param about table  what is known of the campaign
---@param earlier? string[]  the directories of what was saved of it before
---@return string directory
---@return boolean isNew
function store.save(output, finding, about, earlier)
  local block = ("%s/%s"):format(output, store.slug(about.name))
  host.makeDirectories(block)
  local temporary = temporaryFor(block)
  store.remove(temporary)
  host.makeDirectories(temporary)
  writeFinding(temporary, finding, about)
  local replaced = {}
  for index, old in ipairs(earlier or {}) do replaced[index] = setAside(old) end
  local base = ("%s/%s"):format(block, store.slug(finding.verdict.signature))
  local directory, isNew = claim(temporary, base, finding.signature or finding.verdict.signature)
  if not isNew then store.remove(temporary) end
  for _, old in ipairs(replaced) do store.remove(old) end
  return directory, isNew
end

return store
