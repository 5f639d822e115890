-- What a scenario leaves behind, which fails it at its end.

local host = ...
local describe, quantities = host.prelude.describe, host.prelude.quantities

local leftovers = {}

---Bytes that came and were never read.
---@param name string  of the conversation
---@param bytes string
function leftovers.unread(name, bytes)
  host.log("unread", name, bytes)
  host.left("unread", name, ("%s on «%s» %s never read: %s"):format(
    quantities.count(#bytes, "byte"), name, #bytes == 1 and "was" or "were",
    describe.bytes(bytes, 60)))
end

---Connections that nobody has accepted.
---@param name string  of the listener
---@param count integer
function leftovers.unaccepted(name, count)
  host.left("unaccepted", name, ("%s to «%s» %s never accepted"):format(
    quantities.count(count, "connection"), name, count == 1 and "was" or "were"))
end

return leftovers
