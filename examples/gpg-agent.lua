-- Talks Assuan to a real gpg-agent, which gets its listening socket handed over as by systemd.
--# needs: cmd:gpg-agent

local function escape(bytes)
  return (bytes:gsub("%W", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

local function unescape(text)
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

-- A reply is data and status lines up to OK, ERR, or INQUIRE where the agent wants data itself.
local assuan = {
  name = "assuan",
  encode = function(line) return line .. "\n" end,
  decode = function(r)
    local reply = { data = "", status = {} }
    while true do
      local keyword, rest = r:line():match "^(%S+) ?(.*)$"
      if keyword == "D" then
        reply.data = reply.data .. unescape(rest)
      elseif keyword == "S" then
        table.insert(reply.status, rest)
      elseif keyword == "OK" or keyword == "ERR" or keyword == "INQUIRE" then
        reply[keyword] = rest
        return reply
      else
        r:malformed "no line of a reply begins like this"
      end
    end
  end,
}

-- An agent with a home of its own, and a connection to it.
local function start(t)
  local listener = t:listen("S.gpg-agent", { codec = assuan })
  local process = t:spawn {
    "gpg-agent", "--supervised", "--homedir", t.directory, sockets = { std = listener },
  }
  -- There is no start to wait for: the kernel holds the connection until the agent accepts it.
  local agent = t:connect("S.gpg-agent", { codec = assuan, name = "agent" })
  agent:expect { OK = pattern "^Pleased to meet you" }
  return agent, process
end

scenario("the agent knows who it is", function(t)
  local agent, process = start(t)
  agent:call("GETINFO version", { data = pattern "^2%.%d+%.%d+" })
  agent:call("GETINFO pid", { data = tostring(process.pid) })
  agent:call("BYE", { OK = any })
  agent:expectEnd()
end)

scenario("what is no command is an error, and the agent goes on", function(t)
  local agent = start(t)
  agent:call("MAKE TEA", { ERR = pattern "^%d+ Unknown IPC command" })
  agent:call("GETINFO nonsense", { ERR = pattern "^%d+ IPC parameter error" })
  agent:call("NOP", { OK = any })
end)

scenario("bytes that would break a line come back as they went", function(t)
  local agent = start(t)
  local value = "100 %\r\nand\0more"
  agent:call("PUTVAL motto " .. escape(value), { OK = any })
  agent:call("GETVAL motto", { data = value })
end)

scenario("a key is made from what the agent inquires", function(t)
  local agent = start(t)
  agent:call("GENKEY --no-protection", { INQUIRE = "KEYPARAM" })
  agent:send "D (genkey (ecc (curve Ed25519)(flags eddsa)))"
  agent:call("END", { data = pattern "^%(10:public%-key" })

  local list = agent:call("KEYINFO --list", { OK = any, status = { pattern "^KEYINFO %x+ D" } })
  local keygrip = list.status[1]:match "KEYINFO (%x+)"
  agent:call("HAVEKEY " .. keygrip, { OK = any })
  agent:call("DELETE_KEY --force " .. keygrip, { OK = any })
  agent:call("HAVEKEY " .. keygrip, { ERR = pattern "No secret key" })
end)
