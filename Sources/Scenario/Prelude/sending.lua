-- Bytes on their way out: at once, or in pieces.

local host = ...
local describe, options = host.prelude.later.describe, host.prelude.options

local sending = {}

---The options that say in which pieces bytes are written, and what goes with them.
sending.OPTIONS = { chunk = "number", gap = options.DURATION, descriptors = "table" }

---@class Pieces
---@field chunk integer|false  the most bytes of one write
---@field gap number|false  milliseconds between two writes

---@param given table  checked options
---@param caller string
---@return integer|false chunk
---@return number|false gap
function sending.pieces(given, caller)
  local chunk = given.chunk
  if chunk ~= nil and (math.type(chunk) ~= "integer" or chunk < 1) then
    host.misuse(("the option 'chunk' of %s is a count of bytes from 1, not %s"):format(
      caller, describe.value(chunk)))
  end
  return chunk or false, given.gap ~= nil and options.span(given.gap, "gap")
end

---Writes bytes in pieces, each in a write of its own.
---@param write fun(socket: localsocket.Socket, bytes: string): integer?, string?
---@param socket localsocket.Socket
---@param bytes string
---@param chunk integer|false  all of the rest if false
---@param gap number|false
---@return string? problem  why the socket takes no bytes
function sending.inPieces(write, socket, bytes, chunk, gap)
  local whole = math.max(#bytes, 1)  -- an empty packet is a packet, too
  local size = chunk or whole
  for first = 1, whole, size do
    if gap and first > 1 then host.localsocket.sleep(gap) end
    local count, message = write(socket, bytes:sub(first, first + size - 1))
    if not count then return message end
    socket:flush()
  end
end

return sending
