-- Talks to a real D-Bus daemon: lines of text until both sides agree, then messages in binary.
--# needs: cmd:dbus-daemon

-- The types that this script knows, as string.pack writes them. D-Bus aligns as C does, from the
-- beginning of the message; header fields and bodies begin at a multiple of 8 bytes there.
local layouts = { s = "s4x", o = "s4x", g = "s1x", u = "I4" }

local kinds = { "call", "return", "error", "signal" }

-- The fields of a message's header by their numbers: names and types.
local fields = {
  { "path", "o" }, { "interface", "s" }, { "member", "s" }, { "error", "s" }, { "replyTo", "u" },
  { "destination", "s" }, { "sender", "s" }, { "signature", "g" },
}

local function padded(bytes) return bytes .. ("\0"):rep(-#bytes % 8) end

local function encodeFields(message)
  local bytes = ""
  for number, field in ipairs(fields) do
    local name, type = table.unpack(field)
    if message[name] then
      bytes = padded(bytes) .. string.pack("<!Bs1x" .. layouts[type], number, type, message[name])
    end
  end
  return bytes
end

local function decodeFields(bytes, size, message)
  local position = 1
  while position <= size do
    local number, type
    number, type, position = string.unpack("<!8Xi8Bs1x", bytes, position)
    message[fields[number][1]], position = string.unpack("<!" .. layouts[type], bytes, position)
  end
end

-- The values of a body, each of a type of one letter.
local function decodeBody(bytes, signature, r)
  local values, position = {}, 1
  for type in signature:gmatch "." do
    if not layouts[type] then r:malformed("this script does not know the type " .. type) end
    values[#values + 1], position = string.unpack("<!" .. layouts[type], bytes, position)
  end
  return values
end

local dbus = {
  name = "dbus",
  encode = function(message)
    if type(message) == "string" then return message .. "\r\n" end
    local body = message.argument and string.pack("<s4x", message.argument) or ""
    -- "l" is for little endian; then come 1, a call, 0, no flags, and 1, the protocol's version.
    local start = string.pack("<c1BBBI4I4", "l", 1, 0, 1, #body, message.serial)
    return padded(start .. string.pack("<s4", encodeFields(message))) .. body
  end,
  decode = function(r)
    -- A message in binary begins with its byte order, "l"; no line of the handshake does.
    local first = r:bytes(1)
    if first ~= "l" then return first .. r:until_ "\r\n" end
    local message = { kind = kinds[r:u8()] }
    r:bytes(2)  -- flags and version
    local bodySize, _, fieldsSize = r:u32le(), r:u32le(), r:u32le()
    decodeFields(r:bytes(fieldsSize + -fieldsSize % 8), fieldsSize, message)
    message.values = decodeBody(r:bytes(bodySize), message.signature or "", r)
    return message
  end,
}

-- A bus of the scenario's own, and a connection that has said nothing yet.
local function start(t)
  local address = "unix:path=" .. t:path "bus"
  t:spawn {
    "dbus-daemon", "--session", "--nofork", "--nopidfile", "--address=" .. address,
    ready = ready.connectable "bus",
  }
  return t:connect("bus", { codec = dbus })
end

-- Who we are, as a number in hexadecimal bytes; the kernel tells the daemon whether it is true.
local function identity(bus)
  local uid = tostring(bus.peer.uid)  -- the daemon's, which is ours
  return (uid:gsub(".", function(digit) return ("%02x"):format(digit:byte()) end))
end

scenario("a client becomes a member of the bus", function(t)
  local bus = start(t)
  bus:raw "\0"  -- before all else, for systems that send credentials along with a byte
  bus:call("AUTH EXTERNAL " .. identity(bus), pattern "^OK %x+$")
  bus:call("NEGOTIATE_UNIX_FD", "AGREE_UNIX_FD")
  bus:send "BEGIN"

  local function call(serial, member, argument)
    bus:send {
      serial = serial, destination = "org.freedesktop.DBus", path = "/org/freedesktop/DBus",
      interface = "org.freedesktop.DBus", member = member,
      signature = argument and "s", argument = argument,
    }
  end
  call(1, "Hello")
  local welcome = bus:expect { kind = "return", replyTo = 1, values = { pattern "^:1%.%d+$" } }
  local name = welcome.values[1]
  bus:expect { kind = "signal", member = "NameAcquired", values = { name } }

  call(2, "GetNameOwner", name)
  bus:expect { kind = "return", replyTo = 2, values = { name } }
  call(3, "GetNameOwner", "org.example.Nobody")
  bus:expect { kind = "error", replyTo = 3, error = pattern "NameHasNoOwner$" }
end)

scenario("who claims to be somebody else is turned away", function(t)
  local bus = start(t)
  bus:raw "\0"
  bus:call("AUTH EXTERNAL 3939393939", pattern "^REJECTED EXTERNAL")
  bus:call("OPEN SESAME", pattern "^ERROR")
  bus:send "BEGIN"
  bus:expectEnd()
end)
