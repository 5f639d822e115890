-- Conversations with the target; its program and how many messages each has stand in the environment.
target { command = { os.getenv "FUZZ_TARGET", "{socket}" } }

local MESSAGES <const> = tonumber(os.getenv "FUZZ_MESSAGES")

fuzz("messages", { boundaries = false, endings = false }, function(g, t)
  local c = t:connect { codec = "line" }
  for _ = 1, MESSAGES do
    local number = g:int { 0, 999 }
    c:send("ADD " .. number)
    c:expect(tostring(number + 1))
  end
end)
