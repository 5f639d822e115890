-- What codecs send whose messages are bytes.

local host = ...
local describe = host.prelude.later.describe

local payload = {}

---The bytes of a message: a string's own, a number's text.
---@param message any
---@param codec string  its name, for messages
---@return string
function payload.bytes(message, codec)
  local kind = type(message)
  if kind == "string" then return message end
  if kind == "number" then return tostring(message) end
  host.misuse(('a message of the codec "%s" is a string, not %s'):format(
    codec, describe.value(message)))
end

return payload
