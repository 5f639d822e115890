local test, harness = ...
local same = harness.same

---What `:save` does with a file that holds a text, nil for none: its complaint, and the file then.
local function save(content, rest, events)
  local host = harness.load()
  local path = os.tmpname()
  os.remove(path)
  local function put(text)
    local file <close> = assert(io.open(path, "w"))
    file:write(text)
  end
  if content then put(content) end
  host.prelude.lanes = {
    DESCRIPTORS = "^with %d+ descriptors?$",
    decoded = function(_, bytes) return true, bytes end,
    codecOf = function() return "line" end, partnerOf = function() end, kindOf = function() end,
    isConversation = function() return true end,
  }
  local shown = {}
  function host.show(text) shown[#shown + 1] = text end
  function host.isThere() return content ~= nil end
  function host.events(from, to)
    return table.move(events, from or 1, math.min(to or #events, #events), 1, {})
  end
  local isFine, raised = pcall(host.prelude.saving.save, path .. (rest or ""))
  local file = io.open(path)
  local after = file and file:read("a")
  if file then file:close() end
  os.remove(path)
  if isFine then return nil, after end
  return type(raised) == "table" and raised.text or raised, after
end

local said = {
  { kind = "connected", lane = "s", name = "/s" }, { kind = "sent", lane = "s", bytes = "hello" },
}

test("a file of somebody else's is left alone", function()
  local complaint, after = save("mine\n", "", said)
  same(complaint:find("is there already", 1, true) ~= nil, true)
  same(after, "mine\n")
end)

test("a file that was saved before is replaced", function()
  local complaint, after = save("-- Saved by parley repl.\nold\n", "", said)
  same({ complaint, after:find("hello", 1, true) ~= nil }, { nil, true })
end)

test("a session in which nothing was said is not written", function()
  local complaint, after = save(nil, "", {})
  same({ complaint:find("nothing was said", 1, true) ~= nil, after }, { true, nil })
end)

test("a range from the first event connects once", function()
  local complaint, after = save(nil, " 1-2", said)
  same({ complaint, select(2, after:gsub("t:connect", "")) }, { nil, 1 })
end)

test("a range that ends before it begins is refused", function()
  local complaint = save(nil, " 5-2", said)
  same(complaint:find("5-2 has none", 1, true) ~= nil, true)
end)
