-- Fuzzes `daemon.c`: var.bin is the daemon, var.coverage = "off" does without its coverage.

local counts = setmetatable({}, { __mode = "k" })

target { command = { var.bin, "{socket}" }, coverage = var.coverage or "auto" }

-- The counter goes up by one.
invariant(function(c, message)
  local count = tostring(message):match("^COUNT (%d+)")
  if not count then return true end
  local expected = (counts[c] or 0) + 1
  counts[c] = expected
  return tonumber(count) == expected, ("COUNT %s, not %d"):format(count, expected)
end)

local words = { "help", "quit", "*gam", "root" }

local function commands(g, c)
  return {
    function() c:send("PING") end,
    function() c:send("LOGIN " .. g:bytes { max = 12, from = "a-z" }) end,
    function() c:send("LOGOUT") end,
    function() c:send("WHOAMI") end,
    function() c:send("NAME " .. g:bytes { max = 80, from = "a-z" }) end,
    function() c:send(("ARRAY %d %d"):format(g:int { 0, 4096 }, g:int { 0, 4096 })) end,
    function() c:send("KEY " .. g:bytes { max = 8, from = "a-zA-Z0-9" }) end,
    function() c:send("MAGIC " .. g:pick(words)) end,
    function()
      c:raw("PUT\n" .. g:block {
        { "type", u8 = g:int { 0, 9 } },
        { "length", u16be = "of:body" },
        { "body", bytes = g:bytes { max = 20 } },
        { "crc", crc32 = "of:type,length,body" },
      })
    end,
    function() c:send("NAP " .. g:int { 0, 20 }) end,
    function() c:send("OPEN") end,
    function() c:send("ARM") end,
    function() c:send("FIRE") end,
    function() c:send("COUNT") end,
    function() c:send("WHERE " .. g:bytes { max = 40, from = "a-z" }) end,
    function() c:send("GET " .. g:bytes { max = 3, from = "a-z" }) end,
    function() c:send("QUIT " .. g:int { 0, 200 }) end,
  }
end

fuzz("commands", { wait = "300ms" }, function(g, t)
  local c = t:connect { codec = "line" }
  g:repeatUpTo(12, function()
    g:oneOf(commands(g, c))
    c:receive()
  end)
end)

fuzz("unfinished", { wait = "300ms" }, function(g, t)
  local c = t:connect { codec = "line" }
  c:send("LOGIN bob")
  c:expect("OK")
  g:maybe(function() c:raw("GE") end)
end)

fuzz("answered", { wait = "300ms" }, function(g, t)
  local c = t:connect { codec = "line" }
  g:repeatUpTo(5, function()
    c:send("ECHO " .. g:int { 0, 50 })
    c:expect("ECHO")
  end)
end)

fuzz("locks", { wait = "300ms" }, function(g, t)
  local function client()
    local c = t:connect { codec = "line" }
    g:repeatUpTo(3, function()
      c:send("LOCK " .. g:int { 0, 2 })
      c:receive()
    end)
  end
  g:interleave { client, client }
end)
