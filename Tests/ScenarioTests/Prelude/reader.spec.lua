-- Readers over every way in which bytes can arrive.
local test, harness = ...
local newReader = harness.load().prelude.reader.new
local same = harness.same

---A source of pieces that raises "time-out" when there are no more.
local function source(pieces)
  local self = { pieces = pieces, searched = 0 }
  function self:pull()
    local piece = table.remove(self.pieces, 1)
    if not piece then error("time-out", 0) end
    return piece
  end
  function self:malformed(problem) error(problem, 0) end
  return self
end

---Every way to cut a text in up to three pieces, and byte by byte.
local function splits(text)
  local all = { {} }
  for byte in text:gmatch(".") do table.insert(all[1], byte) end
  for first = 1, #text do
    for second = first, #text do
      local pieces = {}
      for _, piece in ipairs { text:sub(1, first), text:sub(first + 1, second), text:sub(second + 1) } do
        if piece ~= "" then pieces[#pieces + 1] = piece end
      end
      all[#all + 1] = pieces
    end
  end
  return all
end

test("a message of fixed sizes and delimiters is the same however its bytes arrive", function()
  local text = "\2\1\0abc--d-e--rest\n\0\0\0\5"
  for _, pieces in ipairs(splits(text)) do
    local r = newReader(source(pieces))
    r:begin()
    same({ r:u8(), r:u16le(), r:bytes(3), r:until_("--"), r:until_("--"), r:line(), r:u32be() },
      { 2, 1, "abc", "", "d-e", "rest", 5 })
    same(r:commit(), text)
    same(r:unread(), "")
  end
end)

test("several messages in any arrivals come apart", function()
  for _, pieces in ipairs(splits("one\ntwo\n\nthree\n")) do
    local r, found = newReader(source(pieces)), {}
    for index = 1, 4 do
      r:begin()
      found[index] = r:line()
      same(r:commit(), found[index] .. "\n")
    end
    same(found, { "one", "two", "", "three" })
  end
end)

test("a message that timed out stays unread and is read again as a whole", function()
  for cut = 1, 9 do
    local text = "\0\4head tail\n"
    for _, pieces in ipairs(splits(text:sub(1, cut))) do
      local from = source(pieces)
      local r = newReader(from)
      local function message() return { r:bytes(r:u16be()), r:line() } end
      r:begin()
      same(harness.raised(message), "time-out")
      same(r:unread(), text:sub(1, cut))
      from.pieces = { text:sub(cut + 1) }
      r:begin()
      same(message(), { "head", " tail" })
      same(r:commit(), text)
    end
  end
end)

test("what follows a message stays for the next", function()
  local r = newReader(source { "a\nbc" })
  r:begin()
  r:line()
  r:commit()
  same(r:unread(), "bc")
  same(r:more(), true)
end)

test("some takes all that has come", function()
  local r = newReader(source { "ab", "cd" })
  r:begin()
  same(r:some(), "ab")
  same(r:some(), "cd")
  same(r:commit(), "abcd")
end)

test("no bytes are read without waiting", function()
  local r = newReader(source {})
  r:begin()
  same(r:bytes(0), "")
end)

test("integers have both signs, sizes and orders of bytes", function()
  for name, value in pairs {
    u8 = 0xF1, i8 = -15, u16be = 0xF1F2, u16le = 0xF2F1, i16be = -3598, i16le = -3343,
    u32be = 0xF1F2F3F4, u32le = 0xF4F3F2F1, i32be = -235736076, i32le = -185339151,
    u64be = 0xF1F2F3F4F5F6F7F8, i64le = 0xF8F7F6F5F4F3F2F1,
  } do
    local r = newReader(source { "\xF1\xF2\xF3", "\xF4\xF5\xF6\xF7\xF8" })
    r:begin()
    same(r[name](r), value)
  end
end)

test("what was read of a message can be had once more", function()
  local r = newReader(source { "ab", "cd\ne" })
  r:begin()
  same(r:bytes(1), "a")
  same(r:line(), "bcd")
  same(r:taken(), "abcd\n")
  same(r:commit(), "abcd\n")
end)

test("whether more comes is an answer, and time that passes is not", function()
  local pieces = { "a", "b" }
  local r = newReader({ pull = function() return table.remove(pieces, 1), "closed" end })
  r:begin()
  same({ r:bytes(1), r:extend(), r:bytes(1), r:extend(), r:taken() }, { "a", true, "b", false, "ab" })
  local silent = newReader(source {})
  silent:begin()
  same(harness.raised(silent.extend, silent), "time-out")
end)

test("a count that is none is refused", function()
  local r = newReader(source {})
  same(harness.raised(r.bytes, r, -1).text, "r:bytes takes a count of bytes, not -1")
  same(harness.raised(r.bytes, r, 1.5).text, "r:bytes takes a count of bytes, not 1.5")
  same(harness.raised(r.until_, r, "").text, "a delimiter cannot be empty")
end)

---Counts the Lua instructions of a call, in thousands.
local function cost(fn)
  local count = 0
  debug.sethook(function() count = count + 1 end, "", 1000)
  fn()
  debug.sethook()
  return count
end

test("twice the arrivals of one message cost about twice", function()
  local function read(pieces)
    local list = {}
    for index = 1, pieces do list[index] = ("x"):rep(100) end
    list[pieces + 1] = "\n"
    local position = 0
    local r = newReader({ pull = function()
      position = position + 1
      return list[position]
    end })
    return cost(function()
      r:begin()
      same(#r:line(), pieces * 100)
    end)
  end
  same(read(8000) < 3 * read(4000), true)
end)

test("what is searched as a whole grows by a quarter at least, where more comes at once", function()
  local pieces, total, looks = {}, 128 << 16, 0
  for index = 1, 128 do pieces[index] = ("x"):rep(1 << 16) end
  local from = source(pieces)
  function from:soon() return table.remove(self.pieces, 1) end
  local r = newReader(from)
  repeat
    r:grow()
    looks = looks + 1
  until #r.buffer == total
  same(looks < 30, true)
end)

test("what does not come at once is not waited for before a search", function()
  local from = source { ("x"):rep(1 << 20), "y", "z" }
  function from:soon() return nil end
  local r = newReader(from)
  r:grow()
  r:grow()
  same(r.buffer:sub(-2), "xy")
end)
