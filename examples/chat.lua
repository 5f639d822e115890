-- A chat: one server, several clients in tasks of their own; what one says, all others hear.

local server = t:listen("chat", { codec = "line" })
local room = {}

-- The server: each connection is a member, in a task of its own, until it leaves.
server:serve(function(member)
  local _, name = member:expect(pattern "^JOIN (%a+)$")
  room[name] = member
  member:send("WELCOME " .. name)

  for message in member:messages() do
    for other, conversation in pairs(room) do
      if other ~= name then conversation:send(name .. ": " .. message) end
    end
  end
  room[name] = nil
end)

local function join(name)
  local client = t:connect("chat", { codec = "line", name = name })
  client:call("JOIN " .. name, "WELCOME " .. name)
  return client
end

local ann, bob, cat = join "ann", join "bob", join "cat"

t:task("bob", function()
  bob:expect "ann: hello, all"
  bob:send "hello, ann"
  bob:expect "cat: hello, you two"
end)

t:task("cat", function()
  cat:expect "ann: hello, all"
  cat:expect "bob: hello, ann"
  cat:send "hello, you two"
end)

ann:send "hello, all"
ann:expect "bob: hello, ann"
ann:expect "cat: hello, you two"
