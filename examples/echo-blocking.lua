-- Blocking style: the echo in straight lines; a wait parks its task and lets the other one run.

local localsocket = require "localsocket"

local path = os.tmpname()
os.remove(path)

local server <close> = assert(localsocket.listen(path))

local serving = localsocket.spawn(function()
  local connection <close> = assert(server:accept("5s"))
  while connection:waitForReadyRead("5s") do
    connection:write(connection:readAll())
  end
end)

local client <close> = assert(localsocket.connect(path, { timeout = "5s" }))

---Sends a text and waits until as much has come back; a stream may bring it in pieces.
local function ask(text)
  assert(client:write(text))
  local answer = ""
  while #answer < #text do
    assert(client:waitForReadyRead("5s"))
    answer = answer .. client:readAll()
  end
  return answer
end

for _, text in ipairs { "hello, echo\n", ("x"):rep(100000), "\0\255" } do
  assert(ask(text) == text, "the echo differs")
end

client:disconnectFromServer()
assert(serving:join("5s"))
print "echo: blocking done"
